import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import { unitClasses } from "../../contracts/units.ts";
import type { VendorRegister } from "../existence/index.ts";
import {
  costOf,
  loadPriceBook,
  mailPriceName,
  paymentPriceName,
  priceLinesOf,
  type PriceBook,
  type PriceLine,
  type PriceSet,
} from "../pricing/index.ts";
import { getSeenOperation, GetOperationInput, type GetOperationOutput } from "./get-operation.ts";
import type { OperationsDeps } from "./operations-deps.ts";

/** Input of `explainOperation`. */
export const ExplainOperationInput = GetOperationInput;
export type ExplainOperationInput = z.input<typeof ExplainOperationInput>;

const nanos = z.string().describe("Nano-USD, a decimal string");
const offset = z.int().describe("Milliseconds since the operation was reserved");

const TimelineSpan = z.object({
  what: z
    .enum(["reserved", "attempt", "first_byte", "ended"])
    .describe(
      "reserved: money was held; attempt: from the request to a vendor until its answer; first_byte: of a stream",
    ),
  attempt: z.int().nullable().describe("Its number, as in `operations.get`"),
  fromMs: offset,
  toMs: offset,
});

export const ExplainOperationOutput = z.object({
  operationId: z.string(),
  timeline: z.array(TimelineSpan).describe("In order; what nobody recorded is left out"),
  priceLines: z
    .array(
      z.object({
        unitClass: z.enum(unitClasses).describe("What was metered"),
        quantity: z.number(),
        nanosPerMillion: z.string().nullable().describe("Nano-USD per million units; null: the class has no price"),
        amountNanos: z.string().nullable().describe("Nano-USD with up to six decimals: only the sum is rounded"),
        priceId: z.string().nullable().describe("Row of the price book"),
        reserved: z.boolean().describe("The same row as when the money was held"),
      }),
    )
    .describe("Quantity times price, at the prices of the moment of the reservation"),
  pricedNanos: nanos.nullable().describe("The sum of the lines, rounded once; null where nothing was metered"),
  costNanos: nanos.nullable().describe("What is booked; null while nothing is"),
  provenance: z
    .enum(["vendor_charge", "vendor_usage", "estimate", "at_hold", "bill", "operator", "cache", "nothing", "open"])
    .describe(
      "Why that is the cost. vendor_charge: the vendor said the amount; vendor_usage: its usage times the prices; estimate: nobody counted; at_hold: the upper bound, as the outcome or a price was unknown; bill and operator: entered later; cache: no vendor was called; nothing: without effect; open: not ended",
    ),
  heldNanos: nanos,
  returnedNanos: nanos.describe("The part of the hold that was not needed; 0 while it is held"),
  overrunNanos: nanos.describe("The part of the cost beyond the hold"),
  requestId: z.string().nullable(),
  vendorRequestIds: z.array(z.string()).describe("The vendors' own ids of the attempts"),
});
export type ExplainOperationOutput = z.output<typeof ExplainOperationOutput>;

const million = 1_000_000n;

/** Millionths of a nano-USD as a decimal number. */
const decimalOf = (millionths: bigint): string => {
  const rest = (millionths % million).toString().padStart(6, "0").replace(/0+$/, "");
  return rest === "" ? String(millionths / million) : `${millionths / million}.${rest}`;
};

type Shown = Omit<GetOperationOutput, "resolvable">;

const timelineOf = ({ createdAt, endedAt, firstByteMs, attempts }: Shown): ExplainOperationOutput["timeline"] => {
  const begin = Date.parse(createdAt);
  const since = (at: string): number => Math.max(Date.parse(at) - begin, 0);
  const spans = attempts.flatMap(({ n, startedAt, durationMs }) =>
    startedAt === null
      ? []
      : [
          {
            what: "attempt" as const,
            attempt: n,
            fromMs: since(startedAt),
            toMs: since(startedAt) + (durationMs ?? 0),
          },
        ],
  );
  const at = (what: "reserved" | "first_byte" | "ended", ms: number) => ({
    what,
    attempt: null,
    fromMs: ms,
    toMs: ms,
  });
  return [
    at("reserved", 0),
    ...spans,
    ...(firstByteMs === null ? [] : [at("first_byte", firstByteMs)]),
    ...(endedAt === null ? [] : [at("ended", since(endedAt))]),
  ];
};

const provenanceOf = (shown: Shown, pricedNanos: bigint | undefined): ExplainOperationOutput["provenance"] => {
  const { state, source, listCostNanos, costNanos, resolution } = shown;
  if (state === "open" || state === "uncertain") return "open";
  if (state === "released") return "nothing";
  if (source === "import") return "bill";
  if (source === "operator") return "operator";
  if (source === "cache") return "cache";
  if (listCostNanos !== null) return "vendor_charge";
  if (resolution?.by === "policy" || shown.unpricedClasses.length > 0) return "at_hold";
  if (source === "estimated")
    return pricedNanos !== undefined && costNanos === String(pricedNanos) ? "estimate" : "at_hold";
  return "vendor_usage";
};

const viewLine = (
  { unitClass, quantity, priceId, nanosPerMillion, millionths }: PriceLine,
  priceIds: readonly string[],
) => ({
  unitClass,
  quantity,
  nanosPerMillion: nanosPerMillion?.toString() ?? null,
  amountNanos: millionths === null ? null : decimalOf(millionths),
  priceId,
  reserved: priceId !== null && priceIds.includes(priceId),
});

/** Names under which the prices of an operation may stand, the model that answered first. */
const priceNamesOf = ({ operation, model, responseModel, payment }: Shown): readonly string[] => {
  if (operation.startsWith("email.")) return [mailPriceName];
  if (operation.startsWith("payments.")) return payment?.amount ? [paymentPriceName(payment.amount.currency)] : [];
  return [responseModel, model].filter((name) => name !== null);
};

const priceSetOf = (book: PriceBook, organizationId: string, shown: Shown): PriceSet | null => {
  const { vendor, createdAt, credentialTier } = shown;
  for (const model of priceNamesOf(shown)) {
    const at = Date.parse(createdAt);
    const set = book.priceSet({
      vendor,
      model,
      at,
      organizationId,
      own: credentialTier === "byok",
    });
    if (set) return set;
  }
  return null;
};

/** What explaining a price needs beyond reading an operation. */
export interface ExplainDeps extends OperationsDeps {
  readonly vendors: VendorRegister<PricedVendor>;
}

/** How an operation that the caller sees came to its cost, and where its time went. */
export const explainOperation = async (
  deps: ExplainDeps,
  ctx: CallContext,
  input: ExplainOperationInput,
): Promise<ExplainOperationOutput> => {
  const { row, ...shown } = await getSeenOperation(deps, ctx, input);
  const { units, costNanos, heldNanos, overrunNanos } = shown;
  const book = await loadPriceBook(deps.db.pool, deps.vendors);
  const set = priceSetOf(book, row.org_id, shown);
  const lines = units === null ? [] : priceLinesOf(units, set);
  const priced = units === null || set === null ? undefined : costOf(units, set).nanos;
  const ended = costNanos !== null && shown.state !== "uncertain";
  return {
    operationId: shown.operationId,
    timeline: timelineOf(shown),
    priceLines: lines.map((line) => viewLine(line, shown.priceIds)),
    pricedNanos: priced?.toString() ?? null,
    costNanos,
    provenance: provenanceOf(shown, priced),
    heldNanos,
    returnedNanos: ended ? (BigInt(heldNanos) - (BigInt(costNanos) - BigInt(overrunNanos))).toString() : "0",
    overrunNanos,
    requestId: shown.requestId,
    vendorRequestIds: [
      ...new Set(
        [shown.vendorRequestId, ...shown.attempts.map((attempt) => attempt.vendorRequestId)].filter(
          (id) => id !== null,
        ),
      ),
    ],
  };
};
