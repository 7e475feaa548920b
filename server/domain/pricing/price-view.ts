import { z } from "zod";
import type { Price, PriceOverride } from "./price.ts";
import { unitClasses } from "../../contracts/units.ts";

/** A price row as it is shown: JSON-plain. */
export const PriceView = z.object({
  id: z.string(),
  vendor: z.string(),
  model: z.string(),
  unitClass: z.enum(unitClasses),
  aboveInputTokens: z.int().describe("The row prices requests with more input tokens than this; 0 is the base"),
  nanosPerMillion: z.string().nullable().describe("Nano-USD per million units; null: an override was removed"),
  billedAs: z.enum(unitClasses).nullable().describe("The vendor bills this class at that one's rate"),
  source: z.enum(["organization", "platform", "catalogue"]),
  own: z.boolean().describe("Set by the organization for servers of its own: counts only where its own key pays"),
  effectiveFrom: z.iso.datetime().nullable().describe("Null: comes with the bundled catalogue"),
  release: z
    .string()
    .nullable()
    .describe("The release of the catalogue, or the vendor's list of fees, that it comes with; null: somebody set it"),
  authorId: z.string().nullable(),
});
export type PriceView = z.infer<typeof PriceView>;

/** What a price of the catalogue comes with: its id begins with it. */
export const releaseOf = (id: string): string => id.split(":", 1)[0] ?? id;

/** An override as it is shown. */
export const viewOverride = (row: PriceOverride): PriceView => ({
  id: row.id,
  vendor: row.vendor,
  model: row.model,
  unitClass: row.unitClass,
  aboveInputTokens: 0,
  nanosPerMillion: row.nanosPerMillion?.toString() ?? null,
  billedAs: row.billedAs,
  source: row.organizationId === null ? "platform" : "organization",
  own: row.own,
  effectiveFrom: new Date(row.effectiveFrom).toISOString(),
  release: null,
  authorId: row.authorId,
});

/** A row of a price set as it is shown, with its author where an administrator set it. */
export const viewPrice = (
  vendor: string,
  model: string,
  price: Price,
  override: PriceOverride | undefined,
): PriceView =>
  override
    ? { ...viewOverride(override), vendor, model }
    : {
        id: price.id,
        vendor,
        model,
        unitClass: price.unitClass,
        aboveInputTokens: price.aboveInputTokens,
        nanosPerMillion: price.nanosPerMillion.toString(),
        billedAs: price.billedAs,
        source: price.source,
        own: false,
        effectiveFrom: null,
        release: releaseOf(price.id),
        authorId: null,
      };
