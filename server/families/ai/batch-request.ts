import { ai } from "../../contracts/ai.ts";
import type { OutgoingBatch, VendorBatch } from "../../contracts/ai-vendor-batches.ts";
import { nothingMetered } from "../../contracts/vendor-call.ts";
import type { LargeRequest } from "../family.ts";
import { batchRouteOf, type BatchRoute } from "./batch-route.ts";

/** A batch, read and checked; it goes by one route, as its requests do. */
export interface BatchRequest extends LargeRequest<VendorBatch> {
  readonly batchRoute: BatchRoute;
  /** Of everything that is asked for, for the idempotency fingerprint. */
  readonly fingerprint: string;
}

interface AskedBatch extends Pick<BatchRequest, "batchRoute" | "fingerprint"> {
  readonly outgoing: OutgoingBatch;
  /** Before the first of its bytes leaves. */
  readonly begin: (operationId: string) => Promise<void>;
}

/** What a vendor says of a batch, as bytes. */
export const encodeVendorBatch = (batch: VendorBatch): Uint8Array => Buffer.from(JSON.stringify(batch));

/** The same, read again; written by `encodeVendorBatch` alone. */
export const decodeVendorBatch = (bytes: Uint8Array): VendorBatch => JSON.parse(Buffer.from(bytes).toString("utf8"));

/**
 * A request to start a batch, for the call path. What is kept of it before it leaves says what it is, and not its requests:
 * it is never sent twice, and looked for by the operation's id.
 */
export const batchRequest = ({ batchRoute, fingerprint, outgoing, begin }: AskedBatch): BatchRequest => ({
  operation: ai.createBatch,
  batchRoute,
  fingerprint,
  step: "create",
  prepare: async (_route, { operationId }) => {
    await begin(operationId);
    const { endpoint, requests, bytes } = outgoing;
    return Buffer.from(JSON.stringify({ endpoint, requests, bytes, fingerprint }));
  },
  carryOut: async (route, io) => {
    const result = await batchRouteOf(route).batches.start(outgoing, io);
    return { ...nothingMetered(result.vendorBatchId), result };
  },
  encode: encodeVendorBatch,
  decode: decodeVendorBatch,
});
