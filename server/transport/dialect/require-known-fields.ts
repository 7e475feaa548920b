import { NexusError } from "../../errors.ts";

/** What a caller may set of a vendor's request, and why not the rest that is known. */
export interface FieldRules {
  /** With them change neither the price of a unit, nor who answers, nor anything that outlives the call. */
  readonly passes: ReadonlySet<string>;
  /** Other fields with the value that asks for what happens anyway. */
  readonly harmless?: Readonly<Record<string, unknown>>;
  /** Fields that buy, choose or keep something, by what is to be said of them. */
  readonly refused: Readonly<Record<string, string>>;
  /** By which the dialect's own clients know a refusal that they can do without the field. */
  readonly refusedAs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Why a known field is refused. */
export const refusals = {
  cost: "what it costs cannot be known beforehand",
  route: "who answers, and at what price, is decided by the gateway",
  state: "it keeps or reaches something at the vendor, where everyone behind the same key shares it",
} as const;

/**
 * Refuses a body with a field that could buy something no budget sees. Vendors add such fields without notice, so one
 * that is not known here does not pass either. As in the originals, null means absent.
 */
export const requireKnownFields = (
  body: Readonly<Record<string, unknown>>,
  { passes, harmless = {}, refused, refusedAs = {} }: FieldRules,
): void => {
  for (const [field, value] of Object.entries(body)) {
    if (passes.has(field) || value === null || value === undefined) continue;
    if (Object.hasOwn(harmless, field) && harmless[field] === value) continue;
    const reason = Object.hasOwn(refused, field) ? refused[field] : undefined;
    if (reason !== undefined) {
      throw new NexusError("CAPABILITY_MISSING", {
        message: `${field} is not offered here: ${reason}.`,
        issues: [{ field, expected: "absent" }],
        ...(Object.hasOwn(refusedAs, field) ? { details: refusedAs[field] } : {}),
      });
    }
    throw new NexusError("INVALID_INPUT", {
      message: `Unknown field ${JSON.stringify(field.slice(0, 64))}: only fields that are known to cost nothing extra are passed on.`,
      issues: [{ field: field.slice(0, 200), expected: "absent" }],
    });
  }
};
