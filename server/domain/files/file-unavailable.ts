import { NexusError } from "../../errors.ts";
import type { StoredFile } from "./store.ts";

const kind = "credential_unavailable";

/** Whether this is why a file cannot be reached. */
export const isFileUnavailable = (error: unknown): error is NexusError =>
  NexusError.is(error) && error.code === "CREDENTIAL_MISSING" && error.details?.["kind"] === kind;

/** The credential that reaches a file is not there; no other is asked. */
export const fileUnavailable = ({ id, vendor }: Pick<StoredFile, "id" | "vendor">, field?: string): NexusError =>
  new NexusError("CREDENTIAL_MISSING", {
    message: `The ${vendor} account that holds ${id} cannot be reached: its credential was deleted or disabled, or may not pay any more. No other account is asked.`,
    details: { kind, vendor, fileId: id },
    ...(field === undefined ? {} : { issues: [{ field, expected: "a file whose credential is there" }] }),
  });
