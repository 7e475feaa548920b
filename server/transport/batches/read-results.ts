import { ai } from "../../contracts/ai.ts";
import type { BatchAnswer, BatchOutput } from "../../contracts/ai-vendor-batches.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { requireBatch, type StoredBatch } from "../../domain/batches/index.ts";
import { NexusError } from "../../errors.ts";
import { requireFileUse } from "../files/index.ts";
import type { BatchesDeps } from "./batches-deps.ts";
import { askOfBatch } from "./cancel-batch.ts";
import { jsonLinesOf, parseLine } from "./json-lines.ts";

/** Of one answer. */
export const mostAnswerLineBytes = 64 * 1024 * 1024;
export const mostOutputBytes = 4 * 1024 * 1024 * 1024;

const outputs: readonly BatchOutput[] = ["answers", "errors"];

/** A batch that has ended, for whoever may read its answers. */
const requireEnded = async (deps: BatchesDeps, ctx: CallContext, id: string): Promise<StoredBatch> => {
  requireFileUse(deps, ctx, ai.batchResults);
  const batch = await requireBatch(deps.deps, ctx.organizationId, id);
  if (batch.endedAt !== null) return batch;
  throw new NexusError("CONFLICT", {
    message: `${id} has not ended yet: it is ${batch.told.status}.`,
    details: { kind: "batch_under_way", status: batch.told.status },
    retryAfterMs: 2_000,
  });
};

/** The answers to a batch as its vendor gives them, byte by byte. */
export const readOutput = async (
  deps: BatchesDeps,
  ctx: CallContext,
  id: string,
): Promise<AsyncIterable<Uint8Array>> => {
  const batch = await requireEnded(deps, ctx, id);
  return askOfBatch(deps, ctx, batch, {
    operation: ai.batchResults,
    mostAnswerBytes: mostOutputBytes,
    run: (batches, io) => batches.output(batch.told, "answers", io),
  });
};

/** The answers to a batch one by one: those that were given, then those that were not. */
export async function* readAnswers(
  deps: BatchesDeps,
  ctx: CallContext,
  id: string,
): AsyncGenerator<BatchAnswer, void, void> {
  const batch = await requireEnded(deps, ctx, id);
  for (const output of outputs) {
    const { chunks, answerOf } = await askOfBatch(deps, ctx, batch, {
      operation: ai.batchResults,
      mostAnswerBytes: mostOutputBytes,
      run: async (batches, io) => ({
        chunks: await batches.output(batch.told, output, io),
        answerOf: batches.answer,
      }),
    });
    for await (const line of jsonLinesOf(chunks, mostAnswerLineBytes)) {
      const answer = answerOf(parseLine(line), batch.endpoint);
      if (answer !== undefined) yield answer;
    }
  }
}
