import { ai } from "../../contracts/ai.ts";
import type { AiVendor } from "../../contracts/ai-vendor.ts";
import type { VendorBatch } from "../../contracts/ai-vendor-batches.ts";
import { nothingMetered } from "../../contracts/vendor-call.ts";
import { NexusError } from "../../errors.ts";
import type { Acts } from "../family.ts";
import { decodeVendorBatch, encodeVendorBatch } from "./batch-request.ts";

interface BatchActs {
  readonly vendorOf: (id: string) => AiVendor | undefined;
  /** Has a batch that was found go on, with the stored answer for a repeat of its call. */
  readonly runFound: (operationId: string, batch: VendorBatch, answer: Uint8Array) => Promise<void>;
}

const day = 24 * 60 * 60_000;

/**
 * Starting a batch, or a video, is what AI does that acts. No vendor documents idempotency keys for it, nor that a batch is listed the
 * moment it is there; where one can be asked for it at all, it is.
 */
export const batchActs = ({ vendorOf, runFound }: BatchActs): Acts => ({
  rulesOf: ({ vendor, operation }) => ({
    keyLifetimeMs: undefined,
    // No vendor of videos lists those that were asked for.
    lookUp: operation !== ai.createBatch.id || vendorOf(vendor)?.batches?.find === undefined ? "none" : "eventual",
    settleMs: 60_000,
    cancelByKey: false,
  }),
  // Without keys there are no repeats, and the first time goes by the request.
  send: () => {
    throw new NexusError("INTERNAL", { cause: new Error("a batch is not sent again") });
  },
  lookUp: async ({ vendor }, io) => {
    const found = await vendorOf(vendor)?.batches?.find?.(io.operationId, io);
    if (found === undefined) return { kind: "not_done" };
    return { kind: "done", metered: nothingMetered(found.vendorBatchId), result: encodeVendorBatch(found) };
  },
  // A batch has ended a day after it was begun, and is charged whether anybody knows of it or not.
  reviewMs: 2 * day,
  goesOn: (operationId, result, answer) => runFound(operationId, decodeVendorBatch(result), answer),
});
