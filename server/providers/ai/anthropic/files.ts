import { vendorFiles } from "../../_wire/vendor-files.ts";
import { anthropicErrors } from "../_claude/anthropic-errors.ts";

/** https://docs.anthropic.com/en/docs/build-with-claude/files: everything about files needs it, references included. */
export const filesBeta = "files-api-2025-04-14";

const secondsOf = (told: unknown): number | undefined => {
  const ms = typeof told === "string" ? Date.parse(told) : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1_000);
};

/**
 * https://docs.anthropic.com/en/docs/build-with-claude/files: 500 MB a file, kept until it is deleted; lifetimes as
 * `expires_in_seconds` of the vendor's own client (`FileUploadParams`).
 */
export const anthropicFiles = vendorFiles({
  mostBytes: 500 * 1024 * 1024,
  purposes: ["user_data"],
  lifetime: { leastSeconds: 3_600, mostSeconds: 7_776_000 },
  headers: ({ credential }) => ({
    "x-api-key": credential["apiKey"] ?? "",
    "anthropic-version": "2023-06-01",
    "anthropic-beta": filesBeta,
  }),
  errors: anthropicErrors,
  fields: ({ expiresAfterSeconds }): Readonly<Record<string, string>> =>
    expiresAfterSeconds === undefined ? {} : { expires_in_seconds: expiresAfterSeconds.toString() },
  read: ({ id, expires_at: expiresAt }) =>
    typeof id === "string" && id !== "" ? { vendorFileId: id, expiresAt: secondsOf(expiresAt) } : undefined,
});
