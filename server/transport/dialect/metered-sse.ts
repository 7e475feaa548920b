import { NexusError } from "../../errors.ts";
import { caughtError } from "../caught-error.ts";
import type { Ended, StreamReply } from "../../gateway/reply.ts";
import type { Logger } from "../../platform/logger.ts";

const keepAliveMs = 15_000;
const keepAlive = ": keep-alive\n\n";

/** How a dialect ends a stream. */
export interface SseEnding {
  /** After the last delta, once the call is settled; nothing where the last event is held back. */
  readonly done: string;
  /** The event that ends a stream and says more than that: it waits until the call is settled. */
  readonly holdsBack?: (event: Uint8Array) => boolean;
  /** Instead of `done`, where the vendor broke off. */
  readonly failed: (error: NexusError) => string;
}

interface MeteredSse {
  readonly reply: StreamReply<Uint8Array>;
  readonly ending: SseEnding;
  readonly log: Logger;
  readonly keepAliveMs?: number;
}

const silent = Symbol("silent");

/** Lets a wait be interrupted by too long a silence; one timer serves the whole stream. */
class Silence {
  readonly #timer: NodeJS.Timeout;
  #wake: (() => void) | undefined;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#wake?.(), ms);
    this.#timer.unref();
  }

  or<T>(waited: Promise<T>): Promise<T | typeof silent> {
    return new Promise((resolve, reject) => {
      this.#wake = () => resolve(silent);
      this.#timer.refresh();
      waited.then(resolve, reject);
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

/** A comment: official clients skip it, a curious reader finds the settled facts. */
const factsComment = ({ facts }: Ended): string => `: nexus ${JSON.stringify(facts)}\n\n`;

/** The bytes of a metered stream as they come; the dialect's ending waits until the row is settled. */
export async function* meteredSse({
  reply,
  ending,
  log,
  keepAliveMs: ms = keepAliveMs,
}: MeteredSse): AsyncGenerator<string | Uint8Array, void, void> {
  const silence = new Silence(ms);
  let failure: NexusError | undefined;
  let last: Uint8Array | undefined;
  try {
    let pending = reply.chunks.next();
    for (;;) {
      const next = await silence.or(pending);
      if (next === silent) {
        yield keepAlive;
        continue;
      }
      if (next.done) break;
      if (ending.holdsBack?.(next.value) === true) last = next.value;
      else yield next.value;
      pending = reply.chunks.next();
    }
  } catch (error) {
    failure = caughtError(error);
    log.warn({ err: failure, operationId: reply.start.operationId }, "stream broke off");
  } finally {
    silence.end();
    // Where the caller left, this makes the call path drain the stream.
    reply.chunks.return().catch(() => undefined);
  }
  const end = await reply.end.catch((error: unknown) => caughtError(error));
  if (NexusError.is(end)) {
    yield ending.failed(failure ?? end);
    return;
  }
  yield factsComment(end) + (failure ? ending.failed(failure) : ending.done);
  if (last !== undefined && failure === undefined) yield last;
}
