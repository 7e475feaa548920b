import { AuthUnavailable, PermissionDenied, ResourceDenied, Unauthenticated } from "./errors.ts";

/** The answer to a refused caller. */
export interface GuardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

const answer = (status: number, code: string, message: string, headers: Record<string, string> = {}): GuardAnswer => ({
  status,
  headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers },
  body: { error: { code, message } },
});

const oauthCodeOf = (code: string): string => (code.startsWith("proof_") ? "invalid_dpop_proof" : "invalid_token");

/** The answer to a refusal of this package; undefined for every other error. */
export const answerRefusal = (error: unknown): GuardAnswer | undefined => {
  if (Unauthenticated.is(error)) {
    const reason = error.code === "credential_missing" ? "" : ` error="${oauthCodeOf(error.code)}"`;
    const challenge = `Bearer${reason}, DPoP algs="ES256 Ed25519 EdDSA"${reason === "" ? "" : `,${reason}`}`;
    return answer(401, "unauthenticated", `A valid credential is required (${error.code}).`, {
      "WWW-Authenticate": challenge,
    });
  }
  if (PermissionDenied.is(error))
    return answer(403, "permission_denied", `The permission ${error.permission} is required.`);
  if (ResourceDenied.is(error)) return answer(403, "resource_denied", "The key is bound to other resources.");
  // Not a 401, which would sign people out because Auth was away.
  if (AuthUnavailable.is(error))
    return answer(503, "auth_unavailable", "Topolo Auth cannot be asked. Try again.", { "Retry-After": "2" });
  return undefined;
};
