import { ai } from "../../../contracts/ai.ts";
import type { BatchResultsOutput } from "../../../contracts/ai/batches.ts";
import {
  askedBatchOf,
  cancelBatch,
  createBatch,
  readAnswers,
  readBatch,
  readBatches,
  viewBatch,
} from "../../batches/index.ts";
import type { FilesDeps } from "../../files/index.ts";
import type { ProcedureContext } from "../init.ts";
import { declare, get, metered, post, router } from "../procedures.ts";

const depsOf = ({ deps: { gateway, management } }: ProcedureContext): FilesDeps => ({ gateway, deps: management });

/** Of the answers together. */
const mostResultBytes = 12_000_000;

type Result = BatchResultsOutput["results"][number];

/** Many requests at once, which a vendor carries out within a day at its price for that. */
export const aiBatchesRouter = router({
  create: metered(ai.createBatch, post("/api/ai/batches"))
    .input(ai.createBatch.input)
    .output(ai.createBatch.output)
    .mutation(async ({ ctx, input }) => viewBatch(await createBatch(depsOf(ctx), ctx.call, askedBatchOf(input)))),

  list: declare({ ...ai.listBatches, rest: get("/api/ai/batches") })
    .input(ai.listBatches.input)
    .output(ai.listBatches.output)
    .query(async ({ ctx, input: { provider: vendor, before: beyond, limit } }) => {
      const page = { vendor, beyond, limit, order: "newest" } as const;
      const { batches, more } = await readBatches(depsOf(ctx), ctx.call, page);
      return { batches: batches.map(viewBatch), more };
    }),

  get: declare({ ...ai.getBatch, rest: get("/api/ai/batches/{batchId}") })
    .input(ai.getBatch.input)
    .output(ai.getBatch.output)
    .query(async ({ ctx, input }) => viewBatch(await readBatch(depsOf(ctx), ctx.call, input.batchId))),

  results: declare({ ...ai.batchResults, rest: get("/api/ai/batches/{batchId}/results") })
    .input(ai.batchResults.input)
    .output(ai.batchResults.output)
    .query(async ({ ctx, input: { batchId, after, limit } }) => {
      const results: Result[] = [];
      let [seen, bytes] = [0, 0];
      for await (const { customId, outcome, body } of readAnswers(depsOf(ctx), ctx.call, batchId)) {
        seen += 1;
        if (seen <= after) continue;
        const text = JSON.stringify(body ?? null);
        bytes += Buffer.byteLength(text);
        if (results.length >= limit || (bytes > mostResultBytes && results.length > 0)) return { results, more: true };
        const json: Result["body"] = JSON.parse(text);
        results.push({ customId, outcome, body: json });
      }
      return { results, more: false };
    }),

  cancel: declare({ ...ai.cancelBatch, rest: post("/api/ai/batches/{batchId}/cancel"), lasting: false })
    .input(ai.cancelBatch.input)
    .output(ai.cancelBatch.output)
    .mutation(async ({ ctx, input }) => viewBatch(await cancelBatch(depsOf(ctx), ctx.call, input.batchId))),
});
