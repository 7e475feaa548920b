import type { TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { toNexusClientError } from "./nexus-client-error.ts";
import { isStream } from "./operation-kind.ts";
import type { AppRouter } from "./router.ts";

const isParts = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** A cut connection throws the client's own error, as every call does; leaving the loop ends the request. */
const guard = async function* (
  parts: AsyncIterable<unknown>,
  signal: AbortSignal | null | undefined,
): AsyncGenerator<unknown, void, void> {
  try {
    yield* parts;
  } catch (caught) {
    throw toNexusClientError(caught, signal);
  }
};

/** Makes what breaks in the middle of a stream look like what breaks anywhere else. */
export const streamErrorLink =
  (): TRPCLink<AppRouter> =>
  () =>
  ({ op, next }) =>
    isStream(op)
      ? observable((observer) =>
          next(op).subscribe({
            next: (value) => {
              const { result } = value;
              const parts: unknown = "data" in result ? result.data : undefined;
              observer.next(
                isParts(parts)
                  ? { ...value, result: { ...result, type: "data", data: guard(parts, op.signal) } }
                  : value,
              );
            },
            error: (error) => observer.error(error),
            complete: () => observer.complete(),
          }),
        )
      : next(op);
