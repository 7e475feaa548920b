import { StreamPart } from "../../contracts/ai/stream-text.ts";
import { modelFactsOf } from "../../contracts/nexus-facts.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import { NexusError } from "../../errors.ts";
import { caughtError } from "../caught-error.ts";
import { tokenUsageOf } from "../../families/ai/index.ts";
import type { StreamReply } from "../../gateway/reply.ts";

type Finish = Extract<StreamPart, { type: "finish" }>;

const errorPart = (caught: unknown): StreamPart => {
  const { code, message, effect, operationId } = caughtError(caught);
  const shown = code === "INTERNAL" ? new NexusError("INTERNAL").message : message;
  return {
    type: "error",
    error: { code, message: shown, effect, ...(operationId === undefined ? {} : { operationId }) },
  };
};

const startPart = (
  operationId: string,
  warnings: Extract<StreamPart, { type: "stream-start" }>["warnings"],
): StreamPart => ({
  type: "stream-start",
  operationId,
  warnings,
});

/** `stream-start` first, the vendor's parts as they come, `finish` once the row is settled; `error` where it broke off. */
const generateParts = async function* ({
  start,
  chunks,
  end,
}: StreamReply<VendorStreamPart>): AsyncGenerator<StreamPart, void, void> {
  let started = false;
  let finishReason: Finish["finishReason"] = "interrupted";
  try {
    for await (const chunk of chunks) {
      if (!started) {
        started = true;
        yield startPart(start.operationId, chunk.type === "stream-start" ? chunk.warnings : []);
      }
      if (chunk.type === "finish") finishReason = chunk.finishReason;
      else if (chunk.type !== "stream-start") yield StreamPart.parse(chunk);
    }
    if (!started) yield startPart(start.operationId, []);
    const { facts, units } = await end;
    yield { type: "finish", finishReason, usage: tokenUsageOf(units), nexus: modelFactsOf(facts) };
  } catch (caught) {
    yield errorPart(caught);
  }
};

const ignore = (): void => undefined;

/**
 * A stream's parts. A generator that is never begun never ends either, so a caller that leaves before the first part
 * begins it here: what the vendor has already been asked for is drained and settled.
 */
export const streamPartsOf = (
  reply: StreamReply<VendorStreamPart>,
  signal: AbortSignal,
): AsyncIterableIterator<StreamPart, void> => {
  const parts = generateParts(reply);
  let begun = false;
  const onLeave = (): void => {
    if (begun) return;
    begun = true;
    parts
      .next()
      .then(() => parts.return(), ignore)
      .catch(ignore);
  };
  if (signal.aborted) onLeave();
  else signal.addEventListener("abort", onLeave, { once: true });
  return {
    next: () => {
      begun = true;
      return parts.next();
    },
    return: () => {
      onLeave();
      return parts.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
