import { z } from "zod";
import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import { ModelName } from "../../contracts/model-name.ts";
import type { PricedVendor } from "../../contracts/price-catalogue.ts";
import { unitClasses, type UnitClass } from "../../contracts/units.ts";
import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange, type Audit } from "../audit/index.ts";
import { requireKnown, requireVendorName, type DirectoryDeps, type VendorRegister } from "../existence/index.ts";
import { maxNanos } from "./cost-of.ts";
import { loadPriceBook } from "./load-price-book.ts";
import { PriceView, viewOverride } from "./price-view.ts";
import type { PriceBook } from "./price-book.ts";
import { priceOf } from "./price-set.ts";
import { insertOverrides, selectNow, type NewOverride } from "./store.ts";

const nanosPerMillion = z
  .string()
  .regex(/^\d{1,19}$/, { abort: true, error: "a whole number of nano-USD, as text" })
  .refine((text) => BigInt(text) <= maxNanos, { error: "at most 9223372036854775807" })
  .describe("Nano-USD per million units, as a decimal string; USD 2.50 per million tokens is 2500000000");

/** Input of `setPrice`. */
export const SetPriceInput = z.strictObject({
  vendor: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/),
  model: ModelName.describe("The vendor's own model id"),
  organizationId: z.string().min(1).max(128).nullable().describe("Null: the price holds for every organization"),
  prices: z
    .partialRecord(z.enum(unitClasses), nanosPerMillion.nullable())
    .refine((prices) => Object.keys(prices).length > 0, { error: "at least one class" })
    .describe("By unit class; an explicit 0 makes it free, null removes the override"),
  effectiveFrom: z.iso.datetime({ offset: true }).optional().describe("Not in the past; at once when absent"),
});
export type SetPriceInput = z.infer<typeof SetPriceInput>;

/** The rows that were written. */
export const SetPriceOutput = z.object({ prices: z.array(PriceView) });
export type SetPriceOutput = z.infer<typeof SetPriceOutput>;

const lendingTo: Readonly<Record<"input" | "output", readonly UnitClass[]>> = {
  input: ["cacheRead", "cacheWrite5m", "cacheWrite1h", "cacheWrite30m", "cacheWrite12h", "inputImage"],
  output: ["reasoning"],
};

interface SoldVendor extends PricedVendor {
  readonly name: string;
  readonly customBaseUrl: boolean;
}

/** What the verb needs. */
export interface PriceDeps extends DirectoryDeps {
  readonly vendors: VendorRegister<SoldVendor>;
}

interface Author {
  readonly authorId: string;
  /** The organization's word on servers of its own. */
  readonly own: boolean;
}

const denied = (message: string): NexusError => new NexusError("SCOPE_DENIED", { message });

/**
 * Prices decide what platform money is worth, so only a platform administrator in person sets them. What a server of its
 * own costs an organization knows itself: its administrators set that, for their own organization and key alone.
 */
export const authorOf = (
  deps: PriceDeps,
  ctx: CallContext | OperatorContext,
  { vendor, organizationId }: SetPriceInput,
): Author => {
  const authorId = actorIdOf(ctx.actor);
  if (isOperator(ctx)) return { authorId, own: false };
  const { actor } = ctx;
  if (actor.kind === "user" && actor.platformBypass) return { authorId, own: false };
  if (organizationId !== ctx.organizationId)
    throw denied("Only a platform administrator sets prices beyond one's own organization.");
  const { name, customBaseUrl } = requireVendorName(deps.vendors, vendor);
  if (!customBaseUrl)
    throw denied(
      `Only a platform administrator sets prices of ${name}; yours to set are those of servers of your own.`,
    );
  return { authorId, own: true };
};

/**
 * Rows for the classes named, and for those without a rate of their own that are billed at the input or output rate,
 * so that nothing has to borrow a price when a call is priced.
 */
export const rowsToWrite = (input: SetPriceInput, book: PriceBook, at: number, own: boolean): NewOverride[] => {
  const { vendor, model, organizationId } = input;
  const present = book.priceSet({ vendor, model, at, organizationId: organizationId ?? "", own });
  return Object.entries(input.prices).flatMap(([name, text]) => {
    const unitClass = unitClasses.find((known) => known === name);
    if (!unitClass || text === undefined) return [];
    const price = text === null ? null : BigInt(text);
    const named: NewOverride = { id: newId(), unitClass, nanosPerMillion: price, billedAs: null };
    if (unitClass !== "input" && unitClass !== "output") return [named];
    const borrowers = lendingTo[unitClass].filter((borrower) => {
      if (input.prices[borrower] !== undefined) return false;
      const own = present && priceOf(present, borrower);
      return !own || own.billedAs === unitClass;
    });
    return [
      named,
      ...borrowers.map((borrower) => ({
        id: newId(),
        unitClass: borrower,
        nanosPerMillion: price,
        billedAs: unitClass,
      })),
    ];
  });
};

const apply = async (
  client: pg.PoolClient,
  { vendors }: PriceDeps,
  input: SetPriceInput,
  { authorId, own }: Author,
  audit: Audit,
): Promise<SetPriceOutput> => {
  const now = await selectNow(client);
  const effectiveFrom = input.effectiveFrom === undefined ? now : new Date(input.effectiveFrom);
  if (effectiveFrom < now) {
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "effectiveFrom", expected: "a moment that has not passed" }],
    });
  }
  const rows = rowsToWrite(input, await loadPriceBook(client, vendors), effectiveFrom.getTime(), own);
  const { vendor, model, organizationId } = input;
  const written = await insertOverrides(client, { vendor, model, organizationId, own, effectiveFrom, authorId, rows });
  const prices = written.map(viewOverride);
  await audit({
    action: "price.set",
    target: `${vendor}/${model}`,
    details: {
      organizationId,
      own,
      effectiveFrom: effectiveFrom.toISOString(),
      prices: prices.map(({ id, unitClass, nanosPerMillion: nanos }) => ({
        id,
        unitClass,
        nanosPerMillion: nanos,
      })),
    },
  });
  return { prices };
};

/** Adds price rows on top of the catalogue. Nothing is edited: earlier calls keep the rows they were priced by. */
export const setPrice = async (
  deps: PriceDeps,
  ctx: CallContext | OperatorContext,
  input: z.input<typeof SetPriceInput>,
): Promise<SetPriceOutput> => {
  const parsed = parseInput(SetPriceInput, input);
  const author = authorOf(deps, ctx, parsed);
  requireVendorName(deps.vendors, parsed.vendor);
  const { organizationId } = parsed;
  if (organizationId !== null && (isOperator(ctx) || organizationId !== ctx.organizationId))
    await requireKnown(deps.directory, { kind: "organization", id: organizationId }, "organizationId");
  return auditedChange(deps, ctx, (tx, audit) => apply(tx, deps, parsed, author, audit));
};
