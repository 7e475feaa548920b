import type { BatchStatus } from "./batch-status.ts";
import type { RequestLimits } from "./request-limits.ts";
import type { Metered, VendorIo } from "./vendor-call.ts";

/** Requests of a batch, by what became of them. */
export interface BatchCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly expired: number;
}

/** Why a vendor did not begin a batch. */
export interface BatchFault {
  readonly code: string;
  readonly message: string;
  /** Of the input, from 1. */
  readonly line: number | undefined;
}

/** Moments in the life of a batch, in seconds since the epoch, as far as its vendor tells them. */
export interface BatchTimes {
  readonly startedAt?: number | undefined;
  readonly finalizingAt?: number | undefined;
  readonly cancellingAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly expiresAt?: number | undefined;
}

/** What a vendor says of a batch. */
export interface VendorBatch {
  readonly vendorBatchId: string;
  readonly status: BatchStatus;
  readonly counts: BatchCounts;
  readonly times: BatchTimes;
  readonly faults: readonly BatchFault[];
  /** Where its answers are, by the vendor's own names: of those that succeeded, and of the others; empty where it has them without one. */
  readonly outputs: { readonly answers?: string | undefined; readonly errors?: string | undefined };
}

/** A batch on its way to its vendor. */
export interface OutgoingBatch {
  readonly endpoint: string;
  readonly requests: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** JSON Lines as `line` makes them. */
  readonly bytes: number;
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** What became of one request of a batch. */
export interface BatchAnswer {
  readonly customId: string;
  readonly outcome: "succeeded" | "failed" | "cancelled" | "expired";
  /** The answer, as the endpoint gives it; of what failed, what the vendor says of that. */
  readonly body: unknown;
  /** Of what was answered: what it used. */
  readonly metered: Metered | undefined;
}

/** One of the files, or the one stream, in which a vendor gives a batch's answers. */
export type BatchOutput = "answers" | "errors";

/** How a vendor takes many requests at once, for later. Each function throws `ProviderError` and nothing else. */
export interface AiVendorBatches {
  /** What its requests can be for. */
  readonly endpoints: readonly string[];
  /** The names that requests can have. */
  readonly customIds: { readonly pattern: RegExp; readonly expected: string };
  readonly mostRequests: number;
  readonly mostBytes: number;
  /** All requests of a batch are for one model. */
  readonly oneModel: boolean;
  /** The service tier by which `AiVendor.tierRate` knows its price. */
  readonly tier: string;
  /** The vendor gives the answers as files of its own, which callers reach as files. */
  readonly answersInFiles: boolean;
  /** One request as it goes out: within what is reserved for it. */
  readonly line: (
    request: { readonly customId: string; readonly endpoint: string; readonly body: Record<string, unknown> },
    limits: RequestLimits,
  ) => string;
  readonly start: (batch: OutgoingBatch, io: VendorIo) => Promise<VendorBatch>;
  readonly get: (vendorBatchId: string, io: VendorIo) => Promise<VendorBatch>;
  readonly cancel: (vendorBatchId: string, io: VendorIo) => Promise<VendorBatch>;
  /** The batch that was started by this operation of ours; absent where the vendor cannot be asked so. */
  readonly find?: (operationId: string, io: VendorIo) => Promise<VendorBatch | undefined>;
  /** JSON Lines, as they come. */
  readonly output: (batch: VendorBatch, output: BatchOutput, io: VendorIo) => Promise<AsyncIterable<Uint8Array>>;
  /** One line of them; undefined for what is none. */
  readonly answer: (line: unknown, endpoint: string) => BatchAnswer | undefined;
}
