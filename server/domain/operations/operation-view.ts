import { z } from "zod";
import { doubts } from "../../contracts/doubt.ts";
import { unitClasses } from "../../contracts/units.ts";

const nanos = z.string().describe("Nano-USD, a decimal string");
const moment = z.iso.datetime();
const count = z.int().nullable();

export const OperationState = z
  .enum(["open", "settled", "released", "uncertain", "late"])
  .describe(
    "open: running; settled: paid; released: no effect, nothing paid; uncertain: outcome unknown, money still held; late: paid after a release",
  );
export type OperationState = z.infer<typeof OperationState>;

/** How far an operation that acts has got. */
export const ActProgress = z
  .enum(["reserved", "attempting", "succeeded", "failed", "unknown", "reconciling", "needs_review"])
  .describe(
    "reserved: nothing was sent; attempting: a request may be on its way; succeeded: done; failed: proved not to be done; unknown: nobody can tell yet; reconciling: the vendor is being asked; needs_review: there is nobody left to ask but people",
  );

export type ActProgress = z.infer<typeof ActProgress>;

/** Who ended an operation in its process's place. */
export const Resolution = z.object({
  by: z
    .enum(["policy", "lookup", "replay", "report", "operator", "import"])
    .describe(
      "policy: nobody knew in time; lookup: the vendor was asked; replay: the same request was sent again under the vendor's key; report: the app was told by the vendor; operator: by hand; import: by the vendor's export or invoice",
    ),
  actor: z.string().nullable(),
  reason: z.string().nullable(),
  evidence: z.string().nullable().describe("SHA-256 of the vendor's export or invoice"),
  at: moment.nullable(),
});
export type Resolution = z.infer<typeof Resolution>;

/** One metered operation as the ledger knows it. */
export const OperationView = z.object({
  operationId: z.string(),
  state: OperationState,
  progress: ActProgress.nullable().describe("Of operations that act; null for reads"),
  operation: z.string().describe("family.verb"),
  appId: z.string().nullable(),
  userId: z.string().nullable(),
  keyId: z.string().nullable(),
  vendor: z.string(),
  model: z.string().describe("The vendor's model id"),
  requestedModel: z.string().nullable().describe("As the caller named it"),
  credentialTier: z.string().nullable(),
  door: z.string().nullable(),
  streamed: z.boolean(),
  heldNanos: nanos,
  costNanos: nanos.nullable().describe("Null while nothing is booked"),
  overrunNanos: nanos.describe("The part of the cost beyond the hold"),
  source: z
    .string()
    .nullable()
    .describe(
      "Where the numbers come from: provider, drained, estimated, cache or none; operator or import, where it was said afterwards",
    ),
  doubt: z
    .enum(doubts)
    .nullable()
    .describe("Why nobody could tell what the vendor did; stays when it is known, or settled by policy"),
  settlesAt: moment
    .nullable()
    .describe("While in doubt: when policy settles it at what is held. Null: not by itself, or not in doubt"),
  resolution: Resolution.nullable().describe("Null: ended by the call itself, or not ended"),
  units: z.partialRecord(z.enum(unitClasses), z.number()).nullable(),
  unpricedClasses: z.array(z.string()).describe("Metered without a price; to be rated again"),
  notes: z.array(z.string()).describe("What was odd about the vendor's numbers: the dearer reading is booked"),
  serviceTier: z.string().nullable().describe("The vendor's tier that served the call, where it says so"),
  listCostNanos: nanos.nullable().describe("By our own prices, where the vendor's charge is what was booked"),
  status: count.describe("HTTP status of the answer"),
  errorCode: z.string().nullable(),
  latencyMs: count,
  firstByteMs: count,
  createdAt: moment,
  endedAt: moment.nullable(),
});
export type OperationView = z.infer<typeof OperationView>;

/** One request sent, or not sent, to a vendor. */
export const AttemptView = z.object({
  n: z.int(),
  vendor: z.string(),
  model: z.string(),
  credentialTier: z.string().nullable(),
  credentialId: z.string().nullable(),
  vendorRequestId: z.string().nullable(),
  startedAt: moment.nullable(),
  durationMs: count,
  status: count,
  outcome: z.string().nullable().describe("Null: begun, and never reported"),
  errorCode: z.string().nullable(),
  credentialVersion: count,
  step: z.string().nullable().describe("Of what acts: what of the operation was asked for"),
  phase: z
    .enum(["connecting", "sent", "answered"])
    .nullable()
    .describe(
      "Of what acts: connecting: nothing left; sent: bytes may have left; answered: the head of an answer came",
    ),
  evidence: z
    .enum(["not_sent", "not_executed", "rejected", "done", "unknown"])
    .nullable()
    .describe("Of what acts: what the attempt proves; null while nobody knows"),
  keyDeadline: moment.nullable().describe("Of what acts: until when the vendor does a repeat at most once"),
});

export type AttemptView = z.infer<typeof AttemptView>;

/** Money booked for the operation; entries are never changed. */
export const EntryView = z.object({
  kind: z.string(),
  n: z.int(),
  amountNanos: nanos,
  debit: z.string().describe("Account"),
  credit: z.string().describe("Account"),
  at: moment,
});
