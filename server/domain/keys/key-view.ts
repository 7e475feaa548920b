import { z } from "zod";
import { displayName } from "../../platform/display-name.ts";
import { CredentialView, viewCredential } from "../credentials/index.ts";
import type { StoredKey } from "./store.ts";

export const KeyId = z
  .string()
  .regex(/^vkey_[0-9a-f]{32}$/)
  .describe("Id of a stored vendor key.");

export const KeyLabel = displayName().min(1).describe("A display name that tells the vendor's keys apart.");

/** What may be told of an organization's own vendor key. */
export const KeyView = CredentialView.extend({
  label: z.string(),
  primary: z.boolean().describe("Whether calls to the vendor use this key."),
});
export type KeyView = z.output<typeof KeyView>;

export const viewKey = (row: StoredKey, knows: (keyId: string) => boolean): KeyView => ({
  ...viewCredential(row, knows),
  label: row.label,
  primary: row.isPrimary,
});

/** What the audit trail tells of a key. */
export const auditedKey = (row: StoredKey): Record<string, string | number | boolean> => ({
  vendor: row.vendor,
  label: row.label,
  version: row.version,
  status: row.status,
  primary: row.isPrimary,
  baseUrl: row.baseUrl,
  fingerprint: row.fingerprint,
});
