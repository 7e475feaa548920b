import type { z } from "zod";
import type { AiVendor, ModelRules } from "./ai-vendor.ts";
import type { CredentialProbe } from "./credential-probe.ts";
import type { EmailVendor } from "./email-vendor.ts";
import type { FeeSchedule } from "./fee-schedule.ts";
import type { FamilyName } from "./operation.ts";
import type { PaymentsVendor } from "./payments/payments-vendor.ts";
import type { PriceCatalogue } from "./price-catalogue.ts";

/** Everything Nexus knows of one vendor. */
export interface ProviderDefinition {
  /** Lower-case, stable; the first segment of `vendor/model`. */
  readonly id: string;
  readonly name: string;
  readonly family: FamilyName;
  /** Draws the credential form, validates, redacts. Values are strings. */
  readonly credential: z.ZodObject;
  /** Fields of the credential that are never sent as they are, such as what is signed with: they may have blanks and lines. */
  readonly unsent?: readonly string[];
  readonly defaultBaseUrl: string;
  /** Further addresses of the vendor's own, such as its regions', of which a credential may name one. */
  readonly addresses?: readonly string[];
  /**
   * Each account has an address of its own, which its credential must name. What is no such address is no place for the
   * credential.
   */
  readonly addressForm?: { readonly pattern: RegExp; readonly expected: string };
  /** The address may be set per credential (self-hosted vendors). */
  readonly customBaseUrl: boolean;
  readonly docsUrl: string;
  /** How a stored credential is tested; absent where the vendor has no question that is free and changes nothing. */
  readonly probe?: CredentialProbe;
  /** Of vendors that are asked for models. */
  readonly models?: ModelRules;
  /** The bundled price catalogue, for vendors that are in it; for others an operator sets prices. */
  readonly catalogue?: PriceCatalogue;
  /** What a vendor that acts takes, by its own price list; for others an operator sets prices. */
  readonly fees?: FeeSchedule;
  readonly ai?: AiVendor;
  readonly email?: EmailVendor;
  readonly payments?: PaymentsVendor;
}

export const defineProvider = (definition: ProviderDefinition): ProviderDefinition => definition;
