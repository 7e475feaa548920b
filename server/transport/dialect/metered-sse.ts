import type { NexusFacts } from "../../contracts/nexus-facts.ts";
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
  /** For dialects whose clients take no comments: the event that was held back, with the facts of the call in it. */
  readonly withFacts?: (event: Uint8Array, facts: NexusFacts) => Uint8Array;
  /** What is written in a long silence, where that is no comment. */
  readonly keepAlive?: string;
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
  /** The last events: behind the first one that is held back, all others wait. */
  const waiting: Uint8Array[] = [];
  let failure: NexusError | undefined;
  try {
    let pending = reply.chunks.next();
    for (;;) {
      const next = await silence.or(pending);
      if (next === silent) {
        yield ending.keepAlive ?? keepAlive;
        continue;
      }
      if (next.done) break;
      if (waiting.length > 0 || ending.holdsBack?.(next.value) === true) waiting.push(next.value);
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
  const last = waiting.pop();
  yield* waiting;
  const broken = failure ?? (NexusError.is(end) ? end : undefined);
  if (ending.withFacts !== undefined) {
    if (last !== undefined) yield NexusError.is(end) ? last : ending.withFacts(last, end.facts);
    yield broken ? ending.failed(broken) : ending.done;
    return;
  }
  const facts = NexusError.is(end) ? "" : factsComment(end);
  yield facts + (broken ? ending.failed(broken) : ending.done);
  if (last !== undefined && broken === undefined) yield last;
}
