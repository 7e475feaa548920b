import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { NexusError } from "../errors.ts";

/** How long a large body may be silent, and take altogether. */
interface ArrivalLimits {
  readonly silentMs: number;
  readonly totalMs: number;
}

/** A body of half a gigabyte at five megabits a second, say. */
const usual: ArrivalLimits = { silentMs: 30_000, totalMs: 900_000 };

const taken = new WeakSet<Duplex>();

/** Whether a large body is being read from a connection, below limits of its own: those of other requests do not end it. */
export const isArriving = (socket: Duplex): boolean => taken.has(socket);

type Next = IteratorResult<unknown, unknown>;

const within = async (next: Promise<Next>, ms: number): Promise<Next> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new NexusError("REQUEST_TIMEOUT")), Math.max(ms, 0));
  });
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** The body of a request whose caller is known, as it comes. Whoever stops reading can still answer. */
export async function* arrivingBody(
  incoming: IncomingMessage,
  { silentMs, totalMs }: ArrivalLimits = usual,
): AsyncGenerator<Uint8Array, void, void> {
  const endsAt = performance.now() + totalMs;
  const chunks: AsyncIterator<unknown, unknown> = incoming.iterator({ destroyOnReturn: false });
  const { socket } = incoming;
  taken.add(socket);
  try {
    for (;;) {
      const next = chunks.next().catch(() => {
        throw new NexusError("REQUEST_CANCELLED");
      });
      const { done, value } = await within(next, Math.min(silentMs, endsAt - performance.now()));
      if (done === true) return;
      if (value instanceof Uint8Array) yield value;
    }
  } finally {
    taken.delete(socket);
    void chunks.return?.();
    if (!incoming.complete) {
      incoming.resume();
      // What nobody reads is not waited for.
      setTimeout(() => incoming.complete || socket.destroy(), silentMs).unref();
    }
  }
}
