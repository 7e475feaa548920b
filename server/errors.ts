/** Who has to act to make an error go away. */
export type Fault = "caller" | "provider" | "nexus";

/** Whether the vendor acted: `none` nothing left, `done` it acted, `unknown` nobody can tell yet. */
export type Effect = "none" | "done" | "unknown";

/** tRPC's error codes that Nexus uses. */
type TrpcCode =
  | "BAD_REQUEST"
  | "UNAUTHORIZED"
  | "PAYMENT_REQUIRED"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_SUPPORTED"
  | "TIMEOUT"
  | "CONFLICT"
  | "PRECONDITION_FAILED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "UNPROCESSABLE_CONTENT"
  | "TOO_MANY_REQUESTS"
  | "CLIENT_CLOSED_REQUEST"
  | "INTERNAL_SERVER_ERROR"
  | "BAD_GATEWAY"
  | "SERVICE_UNAVAILABLE"
  | "GATEWAY_TIMEOUT";

/** OpenAI's `error.type` values; Anthropic's are close enough to be derived from the status. */
type OpenAiType =
  | "invalid_request_error"
  | "authentication_error"
  | "permission_error"
  | "insufficient_quota"
  | "rate_limit_error"
  | "api_error"
  | "server_error";

interface Row {
  readonly http: number;
  readonly trpc: TrpcCode;
  readonly openai: OpenAiType;
  readonly fault: Fault;
  /** Whether repeating the same call, unchanged, may succeed and costs nothing extra. */
  readonly retryable: boolean;
  /** The default public message. */
  readonly message: string;
}

const row = (
  http: number,
  trpc: TrpcCode,
  openai: OpenAiType,
  fault: Fault,
  retryable: boolean,
  message: string,
): Row => ({ http, trpc, openai, fault, retryable, message });

/** Every error that leaves Nexus, with its shape at each door. Adding a code means adding one row. */
// A table stays a table.
// oxfmt-ignore
export const errorTable = {
  INVALID_INPUT: row(400, "BAD_REQUEST", "invalid_request_error", "caller", false, "The request is not valid."),
  AMBIGUOUS_CREDENTIALS: row(400, "BAD_REQUEST", "invalid_request_error", "caller", false, "Send either a bearer token or a service token, not both."),
  ORGANIZATION_REQUIRED: row(400, "BAD_REQUEST", "invalid_request_error", "caller", false, "A service token needs the header X-Nexus-Organization-Id."),
  UNAUTHENTICATED: row(401, "UNAUTHORIZED", "authentication_error", "caller", false, "The credential is missing, unknown, expired or revoked."),
  BUDGET_EXCEEDED: row(402, "PAYMENT_REQUIRED", "insufficient_quota", "caller", false, "A hard budget has no room for this call."),
  WALLET_EMPTY: row(402, "PAYMENT_REQUIRED", "insufficient_quota", "caller", false, "The customer's wallet has no room for this call: top it up."),
  SCOPE_DENIED: row(403, "FORBIDDEN", "permission_error", "caller", false, "The credential does not have the permission that this operation needs."),
  REAUTHENTICATION_REQUIRED: row(403, "FORBIDDEN", "permission_error", "caller", false, "This change needs a sign-in of the last ten minutes: confirm your identity at Topolo Auth and try again with the new token."),
  SERVICE_MISMATCH: row(403, "FORBIDDEN", "permission_error", "caller", false, "X-Service-ID names another app than the credential."),
  CUSTOMER_BLOCKED: row(403, "FORBIDDEN", "permission_error", "caller", false, "The app has blocked this customer."),
  APP_REQUIRED: row(403, "FORBIDDEN", "permission_error", "caller", false, "This organization accepts only calls attributed to a registered app."),
  NOT_ADMITTED: row(403, "FORBIDDEN", "permission_error", "caller", false, "The platform does not pay for this organization yet: store a vendor key of its own, or ask a platform operator to admit it."),
  POLICY_DENIED: row(403, "FORBIDDEN", "permission_error", "caller", false, "The organization's spending policy does not allow this; the rule is named in the details."),
  WORKSPACE_SUSPENDED: row(403, "FORBIDDEN", "permission_error", "caller", false, "The organization is suspended."),
  MODEL_NOT_ALLOWED: row(403, "FORBIDDEN", "permission_error", "caller", false, "The organization's model list does not allow this model."),
  NOT_FOUND: row(404, "NOT_FOUND", "invalid_request_error", "caller", false, "Not found."),
  CUSTOMER_UNKNOWN: row(404, "NOT_FOUND", "invalid_request_error", "caller", false, "The app has no customer of this id."),
  MODEL_UNKNOWN: row(404, "NOT_FOUND", "invalid_request_error", "caller", false, "No vendor offers this model."),
  METHOD_NOT_ALLOWED: row(405, "METHOD_NOT_SUPPORTED", "invalid_request_error", "caller", false, "This path does not support that method."),
  REQUEST_TIMEOUT: row(408, "TIMEOUT", "invalid_request_error", "caller", true, "The request did not arrive in time."),
  CONFLICT: row(409, "CONFLICT", "invalid_request_error", "caller", false, "The change conflicts with the current state."),
  CANCELED: row(409, "CONFLICT", "invalid_request_error", "caller", false, "It was canceled before anything was sent."),
  EXPIRED: row(409, "CONFLICT", "invalid_request_error", "provider", false, "It could not be sent before it expired; nothing was sent."),
  IDEMPOTENCY_IN_PROGRESS: row(409, "CONFLICT", "invalid_request_error", "caller", true, "A call with this idempotency key is still running."),
  CREDENTIAL_MISSING: row(412, "PRECONDITION_FAILED", "invalid_request_error", "caller", false, "No credential for this vendor: store an organization key or ask the platform for a default."),
  ANSWER_LOST: row(409, "CONFLICT", "api_error", "nexus", false, "The first call with this idempotency key was carried out and paid for, but its answer is no longer kept."),
  PAYLOAD_TOO_LARGE: row(413, "PAYLOAD_TOO_LARGE", "invalid_request_error", "caller", false, "The request body is larger than this operation accepts."),
  UNSUPPORTED_MEDIA_TYPE: row(415, "UNSUPPORTED_MEDIA_TYPE", "invalid_request_error", "caller", false, "Send application/json without content encoding."),
  IDEMPOTENCY_MISMATCH: row(422, "UNPROCESSABLE_CONTENT", "invalid_request_error", "caller", false, "This idempotency key was used with another request."),
  MODEL_UNPRICED: row(422, "UNPROCESSABLE_CONTENT", "invalid_request_error", "caller", false, "The model has no price for a unit this call needs; an administrator can add one."),
  CAPABILITY_MISSING: row(422, "UNPROCESSABLE_CONTENT", "invalid_request_error", "caller", false, "No allowed route can do what the request asks for."),
  RECIPIENT_SUPPRESSED: row(422, "UNPROCESSABLE_CONTENT", "invalid_request_error", "caller", false, "Nothing was sent: every recipient is suppressed."),
  RATE_LIMITED: row(429, "TOO_MANY_REQUESTS", "rate_limit_error", "caller", true, "Too many requests; slow down."),
  REQUEST_CANCELLED: row(499, "CLIENT_CLOSED_REQUEST", "api_error", "caller", false, "The caller closed the connection."),
  PROVIDER_REJECTED: row(422, "UNPROCESSABLE_CONTENT", "invalid_request_error", "provider", false, "The vendor refused the request."),
  PROVIDER_RATE_LIMITED: row(429, "TOO_MANY_REQUESTS", "rate_limit_error", "provider", true, "The vendor's rate limit has been reached."),
  PROVIDER_AUTH_FAILED: row(502, "BAD_GATEWAY", "api_error", "provider", false, "The vendor refused the stored credential."),
  PROVIDER_ACCOUNT_EXHAUSTED: row(502, "BAD_GATEWAY", "api_error", "provider", false, "The account behind the stored credential has no credit or quota left at the vendor; whoever pays for it has to add some."),
  PROVIDER_BAD_RESPONSE: row(502, "BAD_GATEWAY", "api_error", "provider", false, "The vendor's answer could not be understood."),
  OBJECT_INVALID: row(502, "BAD_GATEWAY", "api_error", "provider", false, "The model's object does not fit the schema; the call was paid for."),
  PROVIDER_UNAVAILABLE: row(503, "SERVICE_UNAVAILABLE", "api_error", "provider", true, "The vendor is not available."),
  PROVIDER_TIMEOUT: row(504, "GATEWAY_TIMEOUT", "api_error", "provider", false, "The vendor did not answer in time."),
  OUTCOME_UNKNOWN: row(504, "GATEWAY_TIMEOUT", "api_error", "provider", false, "The request left, but its outcome is not known; look the operation up before repeating it."),
  AUTH_UNAVAILABLE: row(503, "SERVICE_UNAVAILABLE", "api_error", "nexus", true, "Topolo Auth cannot be reached, so the credential cannot be checked."),
  LEDGER_UNAVAILABLE: row(503, "SERVICE_UNAVAILABLE", "api_error", "nexus", true, "The ledger cannot be reached, so nothing that costs money is started."),
  SPENDING_STOPPED: row(503, "SERVICE_UNAVAILABLE", "api_error", "nexus", false, "Calls that cost money are stopped: an operator has stopped them, or has to confirm a restored database first."),
  SEALED: row(503, "SERVICE_UNAVAILABLE", "api_error", "nexus", false, "Stored secrets cannot be opened: the encryption key is missing or wrong."),
  OVERLOADED: row(503, "SERVICE_UNAVAILABLE", "api_error", "nexus", true, "Too much work is waiting; try again shortly."),
  INTERNAL: row(500, "INTERNAL_SERVER_ERROR", "server_error", "nexus", false, "Something went wrong on our side."),
} as const satisfies Record<string, Row>;

/** The name of an error, stable across versions and doors. */
export type ErrorCode = keyof typeof errorTable;

/** Statuses of refusals that mean the same at every door as they did at the vendor. */
const keptStatuses: Readonly<Record<number, TrpcCode>> = {
  400: "BAD_REQUEST",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  413: "PAYLOAD_TOO_LARGE",
  415: "UNSUPPORTED_MEDIA_TYPE",
  422: "UNPROCESSABLE_CONTENT",
};

/** What has gone is not there. */
const keptAs = (status: number | undefined): number | undefined => (status === 410 ? 404 : status);

const marker = Symbol.for("topolo.nexus.error");

/** One thing wrong with the input: the dotted path of the field and what was expected there. */
export interface FieldIssue {
  readonly field: string;
  readonly expected: string;
}

interface NexusErrorOptions {
  /** Public message; the table's own when absent. Never contains payload or secret. */
  readonly message?: string;
  readonly effect?: Effect;
  readonly issues?: readonly FieldIssue[];
  /** Further public, JSON-plain facts (the budget that refused, candidate models). */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly retryAfterMs?: number;
  readonly operationId?: string;
  /** The call carries an idempotency key that is known: a repeat with it costs nothing, whatever was done. */
  readonly guarded?: boolean;
  /** Whether the same request, unchanged, may be sent again, where that is not told by code and effect. */
  readonly retryable?: boolean;
  /** A vendor's own status for what it refused, in place of the table's; one that callers cannot act on is left out. */
  readonly http?: number;
  /** Logged, never sent. */
  readonly cause?: unknown;
}

/** The one error class. Doors encode it; nothing else is shown to a caller. */
export class NexusError extends Error {
  readonly [marker] = true;
  readonly code: ErrorCode;
  readonly effect: Effect;
  readonly issues: readonly FieldIssue[] | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterMs: number | undefined;
  readonly operationId: string | undefined;
  readonly #guarded: boolean;
  readonly #retryable: boolean | undefined;
  readonly http: number;
  readonly trpc: TrpcCode;

  constructor(code: ErrorCode, options: NexusErrorOptions = {}) {
    super(options.message ?? errorTable[code].message, { cause: options.cause });
    this.name = "NexusError";
    this.code = code;
    this.effect = options.effect ?? "none";
    this.issues = options.issues;
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs === undefined ? undefined : Math.ceil(options.retryAfterMs);
    this.operationId = options.operationId;
    this.#guarded = options.guarded ?? false;
    this.#retryable = options.retryable;
    const kept = keptAs(options.http) ?? 0;
    this.http = kept in keptStatuses ? kept : errorTable[code].http;
    this.trpc = keptStatuses[kept] ?? errorTable[code].trpc;
  }

  /** Recognises the class across bundles, where `instanceof` fails. */
  static is(value: unknown): value is NexusError {
    return typeof value === "object" && value !== null && marker in value;
  }

  /** The error itself, or an INTERNAL one that keeps it as its cause. */
  static from(value: unknown): NexusError {
    return NexusError.is(value) ? value : new NexusError("INTERNAL", { cause: value, effect: "unknown" });
  }

  get fault(): Fault {
    return errorTable[this.code].fault;
  }

  /** A repeat is free only if nothing was done, or if its key says that it is one. */
  get retryable(): boolean {
    return this.#retryable ?? (errorTable[this.code].retryable && (this.effect === "none" || this.#guarded));
  }
}
