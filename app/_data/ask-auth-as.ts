import type { AuthClient } from "@topolo/auth-client";
import { AuthRefusal, type FieldIssue } from "../(identity)/_api/auth-refusal.ts";
import { fieldAt, listAt, optionalText, textAt } from "../(identity)/_api/read-answer.ts";
import { serviceId } from "../_session/service-id.ts";

export type AskAuthAs = (
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
) => Promise<unknown>;

const patienceMs = 15_000;

const readIssue = (issue: unknown): FieldIssue => ({
  field: textAt(issue, "field"),
  expected: textAt(issue, "expected"),
});

const refusalIn = (response: Response, body: unknown): AuthRefusal => {
  const error = fieldAt(body, "error");
  const retryAfterMs = Number(response.headers.get("retry-after") ?? Number.NaN) * 1000;
  const requestId = response.headers.get("x-request-id");
  return new AuthRefusal(optionalText(error, "code") ?? (response.status >= 500 ? "unavailable" : "bad_answer"), {
    issues: listAt(error, "issues", readIssue),
    ...(Number.isFinite(retryAfterMs) ? { retryAfterMs } : {}),
    ...(requestId === null ? {} : { requestId }),
  });
};

/**
 * Asks Auth from the dashboard as the person signed in there. Cookies travel too: some answers give the session's cookie
 * a new value.
 */
export const askAuthAs =
  (auth: AuthClient, authUrl: string): AskAuthAs =>
  async (method, path, body) => {
    const unreachable = (): never => {
      throw new AuthRefusal("unreachable");
    };
    const token = await auth.accessToken().catch(unreachable);
    if (token === undefined) throw new AuthRefusal("unauthenticated");
    const response = await fetch(`${authUrl}${path}`, {
      method,
      credentials: "include",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(patienceMs),
      headers: {
        Authorization: `Bearer ${token}`,
        "X-Topolo-Auth": "1",
        "X-Service-ID": serviceId,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(unreachable);
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer;
    const refusal = refusalIn(response, answer);
    // Auth may have ended the session: ask it, since its word alone counts.
    if (refusal.code === "unauthenticated") await auth.refresh().catch(() => undefined);
    throw refusal;
  };
