const marker = Symbol.for("topolo.auth-client.error");

/** What Auth answered, or that it could not be asked. Never carries a credential. */
export class AuthClientError extends Error {
  readonly [marker] = true;
  /** Auth's error code, for example `invalid_credentials`; `unavailable` where there was no usable answer. */
  readonly code: string;
  /** The HTTP status, or 0 without an answer. */
  readonly status: number;

  constructor(code: string, status: number, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "AuthClientError";
    this.code = code;
    this.status = status;
  }

  /** Recognises the class across bundles, where `instanceof` fails. */
  static is(value: unknown): value is AuthClientError {
    return typeof value === "object" && value !== null && marker in value;
  }
}
