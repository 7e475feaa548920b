import type { ProviderIo } from "../../contracts/ai-vendor.ts";

type Files = NonNullable<ProviderIo["files"]>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const translate = (value: unknown, files: Files): unknown => {
  if (Array.isArray(value)) return value.map((each) => translate(each, files));
  return isRecord(value) ? translateMembers(value, files) : value;
};

const translateMembers = (record: Readonly<Record<string, unknown>>, files: Files): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const file = name === "file_id" && typeof value === "string" ? files.get(value) : undefined;
      return [name, file === undefined ? translate(value, files) : file.vendorFileId];
    }),
  );

/** A body of a dialect with the vendor's own ids of the files that it refers to by ours. */
export const withVendorFiles = (
  body: Record<string, unknown>,
  { files }: Pick<ProviderIo, "files">,
): Record<string, unknown> => (files === undefined || files.size === 0 ? body : translateMembers(body, files));
