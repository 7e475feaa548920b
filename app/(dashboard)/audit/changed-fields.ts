import { formatMoney } from "../../_ui/format-money.ts";

/** A field of what was changed, as it was and as it is. */
export interface ChangedField {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const wordsOf = (field: string): string =>
  field
    .replace(/Nanos$/, "")
    .replaceAll(/[_-]/g, " ")
    .replaceAll(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value of the details for people. */
export const shownValue = (field: string, value: unknown): string => {
  if (value === null || value === undefined) return "none";
  if (field.endsWith("Nanos") && typeof value === "string" && /^-?\d+$/.test(value)) return formatMoney(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value))
    return value.length === 0 ? "none" : value.map((each: unknown) => shownValue("", each)).join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
};

/** What the details say: `before` and `after` field by field, where they have both, and everything else. */
export const changedFields = (
  details: Readonly<Record<string, unknown>>,
): { readonly changed: readonly ChangedField[]; readonly facts: readonly (readonly [string, string])[] } => {
  const { before, after, ...others } = details;
  const isChange = isRecord(before) || isRecord(after);
  const [was, is] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  const fields = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = fields
    .map((field) => ({
      name: wordsOf(field),
      before: field in was ? shownValue(field, was[field]) : undefined,
      after: field in is ? shownValue(field, is[field]) : undefined,
    }))
    .filter((field) => field.before !== field.after);
  const rest = Object.entries(isChange ? others : details).map(
    ([field, value]) => [wordsOf(field), shownValue(field, value)] as const,
  );
  return { changed: isChange ? changed : [], facts: rest };
};
