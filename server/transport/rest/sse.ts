import type { StreamPart } from "../../contracts/ai/stream-text.ts";

const keepAliveMs = 15_000;
const keepAlive = ": keep-alive\n\n";

const frame = (part: StreamPart): string => `event: ${part.type}\ndata: ${JSON.stringify(part)}\n\n`;

const waited = Symbol("waited");

/** Server-sent events of the same parts as at every typed door, with a comment line while a part takes long. */
export const toServerSentEvents = (
  parts: AsyncIterator<StreamPart, unknown>,
  quietMs = keepAliveMs,
): AsyncIterableIterator<string> => {
  let pending: Promise<IteratorResult<StreamPart, unknown>> | undefined;
  return {
    next: async () => {
      pending ??= parts.next();
      let timer: NodeJS.Timeout | undefined;
      const quiet = new Promise<typeof waited>((resolve) => {
        timer = setTimeout(resolve, quietMs, waited);
      });
      try {
        const next = await Promise.race([pending, quiet]);
        if (next === waited) return { done: false, value: keepAlive };
        pending = undefined;
        return next.done ? { done: true, value: undefined } : { done: false, value: frame(next.value) };
      } finally {
        clearTimeout(timer);
      }
    },
    return: async () => {
      await parts.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
