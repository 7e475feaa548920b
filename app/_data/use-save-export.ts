"use client";

import { useSubmit } from "../_forms/use-submit.ts";
import { saveFile } from "./save-file.ts";
import { useReadFile } from "./use-read-file.ts";

/** How an export is written, and what people call that. */
export const exportFormats = [
  { format: "csv", label: "CSV" },
  { format: "ndjson", label: "JSON, a line each" },
  { format: "json", label: "JSON" },
] as const;

/** Saves what a route of Nexus or Auth writes as a file; `words` are for where it does not. */
export const useSaveExport = (words = "The file could not be written. Choose a shorter period, or try again.") => {
  const read = useReadFile(words);
  const { busy, refusal, run } = useSubmit();
  const save = (address: string, name: string): void =>
    run(async () => {
      saveFile(name, await read(address));
    });
  return { busy, refusal, save };
};
