import { TRPCClientError } from "@trpc/client";
import type { inferRouterError } from "@trpc/server";
import { ConnectionProblem } from "./connection-problem.ts";
import type { AppRouter } from "./router.ts";

type Wire = inferRouterError<AppRouter>["data"]["nexus"];

/**
 * The server's codes, and two of the client's own: `CONNECTION_FAILED` where no answer of Nexus came back, and
 * `ABORTED` where the caller's signal ended the call.
 */
export type NexusErrorCode = Wire["code"] | "CONNECTION_FAILED" | "ABORTED";

/** The codes that the server answers with. */
export type NexusServerErrorCode = Wire["code"];

/** Whether the vendor acted: `none` nothing left, `done` it acted, `unknown` nobody can tell yet. */
export type NexusEffect = Wire["effect"];

/** One thing wrong with the input. */
export interface NexusFieldIssue {
  /** Path of the field, such as `messages.0.content`. */
  readonly field: string;
  /** What may stand there. */
  readonly expected: string;
}

/** How a stream tells that it broke off, and a door beside the typed API why it refused. */
interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly effect: NexusEffect;
  readonly operationId?: string | undefined;
  readonly issues?: readonly NexusFieldIssue[] | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

const unanswered = ({ cause }: TRPCClientError<AppRouter>): string =>
  cause?.message ? `Nexus did not answer: ${cause.message}` : "Nexus did not answer.";

const marker = Symbol.for("topolo.nexus.client-error");

const isWire = (value: unknown): value is Wire =>
  typeof value === "object" &&
  value !== null &&
  "code" in value &&
  "effect" in value &&
  "retryable" in value &&
  "message" in value;

const wireOf = (error: TRPCClientError<AppRouter>): Wire | undefined => {
  const data: unknown = error.data;
  return typeof data === "object" && data !== null && "nexus" in data && isWire(data.nexus) ? data.nexus : undefined;
};

/** The one error of the client. Recognise it with `NexusClientError.is`, which works across bundles. */
export class NexusClientError extends TRPCClientError<AppRouter> {
  /** What went wrong, by its stable name; what each means is at {@link NexusErrorCodes}. */
  readonly code: NexusErrorCode;
  /** Whether the vendor acted: `none` nothing left, `done` it acted, `unknown` nobody can tell yet. */
  readonly effect: NexusEffect;
  /** The same call, unchanged, may succeed and costs nothing extra. */
  readonly retryable: boolean;
  /** Names the request in the logs of Nexus. */
  readonly requestId: string | undefined;
  /** The ledger row, where the call got that far. */
  readonly operationId: string | undefined;
  /** What is wrong with the input, field by field. */
  readonly issues: readonly NexusFieldIssue[] | undefined;
  /** Facts of the error, such as the budget that has no room; of `CONNECTION_FAILED` the `reason`. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** How long to wait before the same call may succeed. */
  readonly retryAfterMs: number | undefined;

  constructor(error: TRPCClientError<AppRouter>, aborted: boolean) {
    const wire = wireOf(error);
    const problem = error.cause instanceof ConnectionProblem ? error.cause : undefined;
    super(wire?.message ?? problem?.message ?? (aborted ? "The call was aborted." : unanswered(error)), {
      ...(error.shape ? { result: { error: error.shape } } : {}),
      ...(error.cause ? { cause: error.cause } : {}),
      ...(error.meta ? { meta: error.meta } : {}),
    });
    // The class above sets its own prototype on every instance.
    Object.setPrototypeOf(this, new.target.prototype);
    Object.defineProperty(this, marker, { value: true });
    this.name = "NexusClientError";
    this.code = wire?.code ?? (aborted ? "ABORTED" : "CONNECTION_FAILED");
    this.effect = wire?.effect ?? problem?.effect ?? "unknown";
    this.retryable = wire?.retryable ?? problem?.retryable ?? false;
    this.requestId = wire?.requestId;
    this.operationId = wire?.operationId;
    this.issues = wire?.issues;
    this.details = wire?.details ?? (problem && { reason: problem.reason });
    this.retryAfterMs = wire?.retryAfterMs;
  }

  /** The error that a stream ended with, or a door answered with. */
  static ofTold({ message, ...told }: ToldError): NexusClientError {
    const nexus = { message, retryable: false, ...told };
    const shape = { message, code: -32603, data: { nexus } };
    return new NexusClientError(TRPCClientError.from<AppRouter>({ error: shape }), false);
  }

  static is(value: unknown): value is NexusClientError {
    return typeof value === "object" && value !== null && marker in value;
  }
}

/** Whatever a call threw, as the one error of the client. */
export const toNexusClientError = (caught: unknown, signal: AbortSignal | null | undefined): NexusClientError => {
  if (NexusClientError.is(caught)) return caught;
  const error = caught instanceof Error ? caught : new Error("The call failed.");
  return new NexusClientError(TRPCClientError.from<AppRouter>(error), signal?.aborted ?? false);
};
