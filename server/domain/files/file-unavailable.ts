import { NexusError } from "../../errors.ts";
import type { StoredFile } from "./store.ts";

/** The credential that reaches a file is not there; no other is asked. */
export const fileUnavailable = ({ id, vendor }: Pick<StoredFile, "id" | "vendor">, field?: string): NexusError =>
  new NexusError("CREDENTIAL_MISSING", {
    message: `The ${vendor} account that holds ${id} cannot be reached: its credential was deleted or disabled, or may not pay any more. No other account is asked.`,
    details: { kind: "credential_unavailable", vendor, fileId: id },
    ...(field === undefined ? {} : { issues: [{ field, expected: "a file whose credential is there" }] }),
  });
