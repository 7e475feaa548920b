import type { AuthError } from "../auth-error.ts";
import type { HttpAnswer } from "./auth-request.ts";

/** Whether clients speak OAuth at the path, and expect its words in a refusal. */
export const speaksOauth = (path: string): boolean => /^\/(?:oauth\/|sso\/(?:exchange|authorize)(?:\/|$))/.test(path);

// What RFC 6749 §5.2 lets a description hold.
const notDescribable = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** A refusal of what was sent, before any route has looked at it, in the form of RFC 6749 §5.2. */
export const oauthRefusal = (
  path: string,
  { status, code, issues }: Pick<AuthError, "status" | "code"> & Partial<Pick<AuthError, "issues">>,
): HttpAnswer | undefined => {
  const [issue] = issues ?? [];
  if (!issue || !speaksOauth(path) || (code !== "invalid_request" && code !== "invalid_client")) return undefined;
  return {
    status,
    json: { error: code, error_description: `${issue.field}: ${issue.expected}`.replaceAll(notDescribable, "?") },
    headers: code === "invalid_client" ? { "WWW-Authenticate": 'Basic realm="Topolo Auth"' } : {},
  };
};
