import { isFileId } from "../../contracts/file-id.ts";
import { NexusError } from "../../errors.ts";

/** A field of a query or form that is not as it has to be. */
export const invalidFileField = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** A whole number in a query, or what stands for it. */
export const numberIn = (
  query: URLSearchParams,
  field: string,
  { usual, most }: { readonly usual: number; readonly most: number },
): number => {
  const told = query.get(field);
  if (told === null) return usual;
  const number = /^\d{1,5}$/.test(told) ? Number(told) : 0;
  if (number < 1 || number > most) throw invalidFileField(field, `1 to ${most}`);
  return number;
};

/** The id of a file in a query. */
export const fileIdIn = (query: URLSearchParams, field: string): string | undefined => {
  const told = query.get(field);
  if (told === null) return undefined;
  if (!isFileId(told)) throw invalidFileField(field, "the id of a file");
  return told;
};
