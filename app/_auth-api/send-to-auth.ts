import { AuthRefusal, type RefusedField } from "./auth-refusal.ts";
import { fieldAt, listAt, optionalText, textAt } from "./read-answer.ts";

const patienceMs = 15_000;

export type AuthMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An answer that is no refusal. */
export interface AuthReply {
  readonly status: number;
  readonly body: unknown;
}

interface SendToAuth {
  readonly method: AuthMethod;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const readIssue = (issue: unknown): RefusedField => ({
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

/** Asks a route of Auth, with the cookies this browser holds for it. Rejects with an AuthRefusal for whatever is no success. */
export const sendToAuth = async ({ method, url, headers, body }: SendToAuth): Promise<AuthReply> => {
  const response = await fetch(url, {
    method,
    credentials: "include",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      ...headers,
      "X-Topolo-Auth": "1",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new AuthRefusal("unreachable");
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusalIn(response, answer);
  return { status: response.status, body: answer };
};
