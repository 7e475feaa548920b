import type { MediumReadings } from "./media.ts";

/** A file that a vendor keeps for an organization, as calls that refer to it need it. */
export interface HeldFile {
  /** Ours, as callers write it. */
  readonly id: string;
  readonly vendor: string;
  /** With which it was uploaded: no other reaches it. */
  readonly credentialId: string;
  readonly vendorFileId: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** What it was measured as when it was uploaded; null for text, which is metered by its bytes. */
  readonly readings: MediumReadings | null;
}
