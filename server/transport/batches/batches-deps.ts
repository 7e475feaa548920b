import type { PriceSet } from "../../domain/pricing/index.ts";
import type { CredentialTier } from "../../contracts/units.ts";
import type { AiVendor } from "../../contracts/ai-vendor.ts";
import type { FilesDeps } from "../files/index.ts";

/** Whose prices are asked for, of when. */
export interface BatchPriceQuestion {
  readonly organizationId: string;
  readonly vendor: string;
  readonly model: string;
  readonly credentialTier: CredentialTier;
  /** Ms since the epoch: prices are those under which the money was set aside. */
  readonly at: number;
}

/** What the operations of batches need. */
export type BatchesDeps = FilesDeps;

/** What is needed to follow them to their end. */
export interface BatchFollowerDeps extends FilesDeps {
  readonly vendorOf: (id: string) => AiVendor | undefined;
  readonly priceSetOf: (question: BatchPriceQuestion) => PriceSet | null;
}
