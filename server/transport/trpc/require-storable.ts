import { NexusError } from "../../errors.ts";

const storable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();

/** The path of the first text that PostgreSQL cannot keep as it is: with NUL, or with half a character. */
const unstorableField = (value: unknown, path: string): string | undefined => {
  if (typeof value === "string") return storable(value) ? undefined : path;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    const name = path === "" ? key : `${path}.${key}`;
    const found = storable(key) ? unstorableField(member, name) : path;
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Refuses what would be refused by the database, or be kept as something else than was written. */
export const requireStorable = (input: unknown): void => {
  const field = unstorableField(input, "");
  if (field !== undefined)
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: field.slice(0, 200), expected: "text of whole characters, without NUL" }],
    });
};
