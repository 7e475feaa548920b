import type { Operation, TRPCLink, TRPCProcedureOptions } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { sentIdempotencyKey } from "./idempotency.ts";
import { toNexusClientError, type NexusClientError } from "./nexus-client-error.ts";
import type { AppRouter } from "./router.ts";

interface Retry {
  /** Tries altogether; 1 never repeats. */
  readonly maxAttempts: number;
}

const firstPauseMs = 250;
const longestPauseMs = 8_000;
/** A server that asks for a longer pause than this is not waited for. */
const patienceMs = 60_000;

const contextKey = "maxAttempts";

/**
 * Options of a call that is tried at most so many times altogether, whatever the client does with others: 1 tells a refusal at
 * once, with the time after which the call may be made again (`retryAfterMs`).
 *
 * @example
 * await nexus.keys.test.mutate({ id }, withMaxAttempts(1));
 */
export const withMaxAttempts = (maxAttempts: number, options: TRPCProcedureOptions = {}): TRPCProcedureOptions => ({
  ...options,
  context: { ...options.context, [contextKey]: maxAttempts },
});

const attemptsOf = ({ context }: Pick<Operation, "context">, usual: number): number => {
  const own = context[contextKey];
  return typeof own === "number" ? own : usual;
};

/**
 * A repeat is free where the server says so, or nobody was there to hear the call. A lost connection says nothing, so only what cannot be done twice is
 * repeated: reads, and calls whose key brings back the first answer.
 */
const isSafe = (error: NexusClientError, op: Operation): boolean =>
  error.retryable ||
  (error.code === "CONNECTION_FAILED" &&
    error.effect === "unknown" &&
    (op.type === "query" || sentIdempotencyKey(op) !== undefined));

const pauseMs = (error: NexusClientError, attempt: number): number => {
  const backoff = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
  return Math.max(error.retryAfterMs ?? 0, backoff / 2 + (Math.random() * backoff) / 2);
};

/** Repeats what is safe to repeat, with the same idempotency key. A stream is never repeated once it has begun. */
export const retryLink =
  ({ maxAttempts }: Retry): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) =>
    observable((observer) => {
      let inner: { unsubscribe: () => void } | undefined;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const onAbort = (): void => {
        if (timer === undefined) return;
        clearTimeout(timer);
        observer.error(toNexusClientError(new Error("aborted while waiting to repeat"), op.signal));
      };
      op.signal?.addEventListener("abort", onAbort, { once: true });
      const most = attemptsOf(op, maxAttempts);
      const attempt = (n: number): void => {
        timer = undefined;
        inner = next(op).subscribe({
          next: (value) => observer.next(value),
          complete: () => observer.complete(),
          error: (caught) => {
            const error = toNexusClientError(caught, op.signal);
            const wait = pauseMs(error, n);
            if (n >= most || op.signal?.aborted || !isSafe(error, op) || wait > patienceMs) observer.error(error);
            else timer = setTimeout(attempt, wait, n + 1);
          },
        });
      };
      attempt(1);
      return () => {
        op.signal?.removeEventListener("abort", onAbort);
        clearTimeout(timer);
        inner?.unsubscribe();
      };
    });
