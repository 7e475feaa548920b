import { vendorFiles } from "../../_wire/vendor-files.ts";
import { anthropicErrors } from "./anthropic-errors.ts";

/** https://docs.anthropic.com/en/docs/build-with-claude/files: everything about files needs it, references included. */
export const filesBeta = "files-api-2025-04-14";

/** https://docs.anthropic.com/en/docs/build-with-claude/files: 500 MB a file, kept until it is deleted. */
export const anthropicFiles = vendorFiles({
  mostBytes: 500 * 1024 * 1024,
  purposes: ["user_data"],
  lifetime: undefined,
  headers: ({ credential }) => ({
    "x-api-key": credential["apiKey"] ?? "",
    "anthropic-version": "2023-06-01",
    "anthropic-beta": filesBeta,
  }),
  errors: anthropicErrors,
  fields: () => ({}),
  read: ({ id }) => (typeof id === "string" && id !== "" ? { vendorFileId: id, expiresAt: undefined } : undefined),
});
