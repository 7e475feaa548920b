import { invalidField } from "./translation-limits.ts";

const beside = ["file_data", "file_url", "image_url"] as const;

/** A part that names a file has no other: which of two a vendor reads, and bills, is not known. */
export const requireOneFile = (part: unknown, at: string): void => {
  if (typeof part !== "object" || part === null) return;
  for (const member of beside) {
    const value: unknown = Reflect.get(part, member);
    if (value !== undefined && value !== null) throw invalidField(`${at}.${member}`, "nothing beside file_id");
  }
};
