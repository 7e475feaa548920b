import { z } from "zod";
import { doubts } from "../../contracts/doubt.ts";
import { MovedMoney } from "../../contracts/payments/money.ts";
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
  .enum(["scheduled", "reserved", "attempting", "succeeded", "failed", "unknown", "reconciling", "needs_review"])
  .describe(
    "scheduled: waits until it is due, or is tried again; reserved: nothing was sent; attempting: a request may be on its way; succeeded: done; failed: proved not to be done; unknown: the outcome is not known yet; reconciling: it is being looked up at the vendor; needs_review: only a person can resolve it",
  );

export type ActProgress = z.infer<typeof ActProgress>;

/** Who ended an operation in its process's place. */
export const Resolution = z.object({
  by: z
    .enum(["policy", "lookup", "replay", "report", "operator", "import"])
    .describe(
      "policy: settled automatically after the waiting time; lookup: looked up at the vendor; replay: the same request was sent again under the vendor's key; report: reported by the app; operator: entered by hand; import: from the vendor's export or invoice",
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
  progress: ActProgress.nullable().describe("For operations that act; null for reads"),
  operation: z.string().describe("What was called, as `family.verb`, such as `ai.generateText`"),
  appId: z.string().nullable(),
  userId: z.string().nullable(),
  keyId: z.string().nullable(),
  vendor: z.string(),
  model: z.string().nullable().describe("The vendor's model id; null where no model is asked for"),
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
      "Where the numbers come from: provider, drained, estimated, cache or none; operator or import where it was entered later",
    ),
  doubt: z.enum(doubts).nullable().describe("Why the outcome was unknown; kept after it is resolved"),
  settlesAt: moment
    .nullable()
    .describe(
      "While uncertain: when it is settled automatically at the amount held. Null: never automatically, or not uncertain",
    ),
  resolution: Resolution.nullable().describe("Null: ended by the call itself, or still open"),
  units: z.partialRecord(z.enum(unitClasses), z.number()).nullable(),
  unpricedClasses: z.array(z.string()).describe("Unit classes that were metered and have no price"),
  notes: z.array(z.string()).describe("Inconsistencies in the vendor's usage; the higher amount is booked"),
  serviceTier: z.string().nullable().describe("The vendor's tier that served the call, where it says so"),
  listCostNanos: nanos.nullable().describe("At list prices, where the vendor's charge is what was booked"),
  status: count.describe("HTTP status of the answer"),
  errorCode: z.string().nullable(),
  latencyMs: count,
  firstByteMs: count,
  payment: z
    .object({ reference: z.string().nullable(), amount: MovedMoney.nullable() })
    .nullable()
    .describe("For payments: what was asked for; null for customers and subscriptions, which move nothing themselves"),
  emailId: z.string().nullable().describe("For mail: by which it is read"),
  createdAt: moment,
  endedAt: moment.nullable(),
});
export type OperationView = z.infer<typeof OperationView>;

/** One request sent, or not sent, to a vendor. */
export const AttemptView = z.object({
  n: z.int(),
  vendor: z.string(),
  model: z.string().nullable(),
  credentialTier: z.string().nullable(),
  credentialId: z.string().nullable(),
  vendorRequestId: z.string().nullable(),
  startedAt: moment.nullable(),
  durationMs: count,
  status: count,
  outcome: z.string().nullable().describe("Null: started, and never recorded"),
  errorCode: z.string().nullable(),
  credentialVersion: count,
  step: z.string().nullable().describe("For operations that act: which step of the operation was requested"),
  phase: z
    .enum(["connecting", "sent", "answered"])
    .nullable()
    .describe(
      "For operations that act: connecting: nothing was sent; sent: bytes may have been sent; answered: the head of an answer arrived",
    ),
  evidence: z
    .enum(["not_sent", "not_executed", "rejected", "done", "unknown"])
    .nullable()
    .describe("For operations that act: what the attempt proves; null while unknown"),
  keyDeadline: moment.nullable().describe("For operations that act: until when the vendor deduplicates a repeat"),
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
