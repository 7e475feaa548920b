import { z } from "zod";
import { NexusError } from "../../errors.ts";
import { keyedDigest, type Sealed } from "../../platform/crypto/index.ts";
import type { CredentialDeps, CredentialVendor } from "./credential-deps.ts";
import { boundTo, SecretText } from "./stored-credential.ts";
import { requireVendorName } from "../existence/index.ts";

const texts = z.record(z.string(), z.string());

const invalid = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** The registered vendor, or INVALID_INPUT with the one that looks most like it. */
export const requireVendor = ({ vendors }: Pick<CredentialDeps, "vendors">, vendorId: string): CredentialVendor =>
  requireVendorName(vendors, vendorId);

/** What stands in a header has neither blanks nor lines. */
const requireHeaderSafe = (
  secret: Readonly<Record<string, string>>,
  { unsent = [] }: Pick<CredentialVendor, "unsent">,
): void => {
  for (const [field, value] of Object.entries(secret)) {
    if (unsent.includes(field)) continue;
    const [problem] = SecretText.safeParse(value).error?.issues ?? [];
    if (problem) throw invalid(`secret.${field}`, problem.message);
  }
};

/** The secret as the vendor's own schema reads it. Problems name fields, never what stood in them. */
export const checkSecret = (
  vendor: CredentialVendor,
  secret: Readonly<Record<string, string>>,
): Record<string, string> => {
  requireHeaderSafe(secret, vendor);
  const parsed = vendor.credential.strict().safeParse(secret);
  if (parsed.success) return texts.parse(parsed.data);
  const fields = Object.keys(vendor.credential.shape);
  throw new NexusError("INVALID_INPUT", {
    issues: parsed.error.issues.slice(0, 20).map(({ code, path, message }) =>
      code === "unrecognized_keys"
        ? { field: "secret", expected: `only the fields ${fields.join(", ")}` }
        : {
            field: ["secret", ...path].join("."),
            expected: code === "custom" ? message : "a value this vendor accepts",
          },
    ),
  });
};

const speaksLines = (url: string): boolean => /^smtps?:/.test(url);

const ownAddresses = ({ defaultBaseUrl, addresses = [] }: CredentialVendor): readonly string[] => [
  defaultBaseUrl,
  ...addresses,
];

/**
 * Where the secret may be sent. Organizations may choose among the vendor's own addresses, and any one only where the
 * vendor is self-hosted; operators always may.
 */
export const checkBaseUrl = (
  deps: Pick<CredentialDeps, "checkBaseUrl">,
  vendor: CredentialVendor,
  chosen: string | undefined,
  by: "organization" | "platform",
): { readonly baseUrl: string; readonly allowedHost: string } => {
  const { addressForm } = vendor;
  if (addressForm !== undefined) {
    const isOwn = chosen !== undefined && (by === "platform" || addressForm.pattern.test(chosen));
    if (!isOwn) throw invalid("baseUrl", addressForm.expected);
  } else if (chosen !== undefined && by === "organization" && !vendor.customBaseUrl) {
    const own = ownAddresses(vendor);
    if (own.length === 1) throw invalid("baseUrl", `nothing: ${vendor.name} has one address`);
    if (!own.includes(chosen)) throw invalid("baseUrl", `one of ${own.join(", ")}`);
  }
  const baseUrl = chosen ?? vendor.defaultBaseUrl.replace(/\/+$/, "");
  if (speaksLines(baseUrl) !== speaksLines(vendor.defaultBaseUrl))
    throw invalid(
      "baseUrl",
      `an address that begins with ${speaksLines(vendor.defaultBaseUrl) ? "smtps:// or smtp://" : "https://"}`,
    );
  try {
    deps.checkBaseUrl(baseUrl);
  } catch (cause) {
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "baseUrl", expected: "a public https address, or one the operator permits" }],
      cause,
    });
  }
  return { baseUrl, allowedHost: new URL(baseUrl).host };
};

interface SealCredential {
  readonly id: string;
  readonly organizationId: string | null;
  readonly vendor: CredentialVendor;
  readonly version: number;
  readonly secret: Readonly<Record<string, string>>;
  readonly baseUrl: string | undefined;
}

/** What a stored secret consists of, beside its row's identity. */
export interface SealedCredential {
  readonly baseUrl: string;
  readonly allowedHost: string;
  readonly fingerprint: string;
  readonly sealed: Sealed;
}

/** Equal for equal secrets of one owner. */
export const secretFingerprintOf = (
  { pepper }: Pick<CredentialDeps, "pepper">,
  { organizationId, vendor, secret }: Pick<SealCredential, "organizationId" | "vendor" | "secret">,
): string => {
  const fields = Object.entries(secret).sort(([left], [right]) => (left < right ? -1 : 1));
  return keyedDigest(pepper, [organizationId ?? "", vendor.id, ...fields.flat()]);
};

/** Checks the secret and the address, and seals one to the other. A new address therefore takes the secret again. */
export const sealCredential = (deps: CredentialDeps, request: SealCredential): SealedCredential => {
  const { id, organizationId, vendor, version } = request;
  const secret = checkSecret(vendor, request.secret);
  const address = checkBaseUrl(deps, vendor, request.baseUrl, organizationId === null ? "platform" : "organization");
  return {
    ...address,
    fingerprint: secretFingerprintOf(deps, { organizationId, vendor, secret }),
    sealed: deps.secretBox.seal(
      JSON.stringify(secret),
      boundTo({ id, organizationId, vendor: vendor.id, version, ...address }),
    ),
  };
};
