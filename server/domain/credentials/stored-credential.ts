import { z } from "zod";
import { probeOutcomes, type ProbeResult } from "../../contracts/credential-probe.ts";
import { credentialTiers, type CredentialTier } from "../../contracts/units.ts";
import type { AssociatedData, Sealed } from "../../platform/crypto/index.ts";

/** One stored vendor secret, whichever tier it belongs to. */
export interface StoredCredential {
  readonly id: string;
  readonly tier: CredentialTier;
  /** Null: the platform default. */
  readonly organizationId: string | null;
  readonly vendor: string;
  readonly label: string | null;
  readonly status: "active" | "disabled";
  readonly version: number;
  readonly baseUrl: string;
  readonly allowedHost: string;
  readonly fingerprint: string;
  readonly sealed: Sealed;
  readonly createdAt: Date;
  readonly rotatedAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** Who stored the present secret. */
  readonly storedBy: string | null;
  /** Of the present secret. */
  readonly lastTest: (ProbeResult & { readonly at: Date }) | null;
}

/** The facts a sealed secret is bound to: change one of them in the row and it no longer opens. */
export const boundTo = (
  row: Pick<StoredCredential, "id" | "organizationId" | "vendor" | "version" | "allowedHost" | "baseUrl">,
): AssociatedData => [
  "nexus credential",
  row.organizationId ?? "",
  row.id,
  String(row.version),
  row.vendor,
  row.allowedHost,
  row.baseUrl,
];

export const VendorId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_.-]*$/)
  .describe("Id of a registered vendor.");

/** Secrets stand in headers: with anything else in them every call would fail, long after they were stored. */
const headerSafe = /^[\x21-\x7e]*$/;
const headerSafeExpected = "printable ASCII characters without blanks or line breaks, also at its ends";
export const SecretText = z.string().max(8_192).regex(headerSafe, headerSafeExpected);

/** A JSON document, such as the key of a service account, has blanks and lines; which of a vendor's fields may be one is checked with them. */
const document = /^\{[\x20-\x7e\t\r\n]*\}\s*$/;
/** A list has blanks behind its commas. */
const list = /^[\x21-\x7e]+(?:, +[\x21-\x7e]+)*$/;
const CredentialText = z
  .string()
  .min(1)
  .max(8_192)
  .refine((value) => [headerSafe, document, list].some((form) => form.test(value)), { error: headerSafeExpected });

export const SecretInput = z
  .record(z.string().min(1).max(64), CredentialText)
  .refine((secret) => Object.keys(secret).length <= 16, "at most 16 fields")
  .describe("The vendor's credential fields. Write-only: no answer ever contains them.");

export const BaseUrlInput = z
  .url({ protocol: /^(https?|smtps?)$/ })
  .max(512)
  .transform((value) => value.replace(/\/+$/, ""))
  .describe("Address of the vendor's API, where the vendor allows one of your own.");

export const CredentialStatus = z.enum(["active", "disabled"]);

/** What a test of a stored secret has shown. */
export const CredentialTest = z.object({
  outcome: z
    .enum(probeOutcomes)
    .describe(
      "`works`: the vendor takes it. `refused`: it does not. `unreachable`: nobody answered. `unclear`: the answer tells neither. `untestable`: the vendor can be asked nothing that is free.",
    ),
  message: z.string().describe("The same in a sentence. It never contains the secret."),
  at: z.iso.datetime().describe("When the vendor was asked."),
});

/** What may be shown of a stored secret. */
export const CredentialView = z.object({
  id: z.string(),
  tier: z.enum(credentialTiers).describe("Which credential pays, in the order in which they are tried."),
  vendor: z.string(),
  status: CredentialStatus,
  version: z.int().describe("Grows with every rotation."),
  baseUrl: z.string(),
  fingerprint: z.string().describe("Keyed digest: equal for equal secrets, and reveals nothing about them."),
  sealed: z
    .boolean()
    .describe("True where the encryption key of this secret is not configured, so that it cannot be used."),
  createdAt: z.iso.datetime(),
  rotatedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  storedBy: z
    .string()
    .nullable()
    .describe("Who stored the present secret; null where the installation did, or nobody knows any more."),
  lastTest: CredentialTest.nullable().describe("The last test of the present secret; null where there was none."),
});
export type CredentialView = z.output<typeof CredentialView>;

/** Names each column: what is not listed here is not shown. */
export const viewCredential = (row: StoredCredential, knows: (keyId: string) => boolean): CredentialView => ({
  id: row.id,
  tier: row.tier,
  vendor: row.vendor,
  status: row.status,
  version: row.version,
  baseUrl: row.baseUrl,
  fingerprint: row.fingerprint,
  sealed: !knows(row.sealed.keyId),
  createdAt: row.createdAt.toISOString(),
  rotatedAt: row.rotatedAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  storedBy: row.storedBy,
  lastTest: row.lastTest === null ? null : { ...row.lastTest, at: row.lastTest.at.toISOString() },
});
