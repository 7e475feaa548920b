const marker = Symbol.for("topolo.auth-client.error");

/** What this package itself finds wrong; every other code is Auth's own. */
export type AuthClientCode =
  /** No usable answer: down, slow, redirecting, malformed. Try again; nobody is signed out. */
  | "unavailable"
  /** The answer to a sign-in belongs to no sign-in that this browser started. */
  | "state_mismatch"
  /** Another issuer than the configured one answered. */
  | "issuer_mismatch"
  /** The id token is not one for this client and this sign-in. */
  | "id_token_invalid"
  /** The operation needs somebody signed in. */
  | "signed_out"
  /** Sign-ins follow each other without an end; wait for somebody to ask for the next one. */
  | "redirect_loop"
  /** This browser has no passkeys, or its owner closed the dialog. */
  | "passkey_unsupported"
  | "passkey_cancelled"
  /** The operation was given up by its signal. */
  | "aborted"
  /** The environment lacks what the operation needs, for example Web Crypto outside of https. */
  | "unsupported";

/** What Auth answered, or that it could not be asked. Never carries a credential. */
export class AuthClientError extends Error {
  /** An `AuthClientCode`, or Auth's own, for example `invalid_credentials` or `access_denied`. */
  readonly code: AuthClientCode | (string & {});
  /** The HTTP status, or 0 without an answer. */
  readonly status: number;
  /** How long to wait before the next attempt, where Auth said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: AuthClientCode | (string & {}),
    status: number,
    message: string,
    options?: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined },
  ) {
    super(message, options);
    Object.defineProperty(this, marker, { value: true });
    this.name = "AuthClientError";
    this.code = code;
    this.status = status;
    this.retryAfterMs = options?.retryAfterMs;
  }

  /** Recognises the class across bundles, where `instanceof` fails. */
  static is(value: unknown): value is AuthClientError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
