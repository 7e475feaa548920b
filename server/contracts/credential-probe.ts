import type { VendorIo } from "./vendor-call.ts";

/** What a vendor that took a credential let be asked with it. */
export interface ProbeAnswer {
  /** It knows the credential, and refuses this one question to it: what else it may do was not tried. */
  readonly limited: boolean;
}

/** How a vendor is asked, free of charge and without changing anything, whether it takes a credential. */
export interface CredentialProbe {
  /** What is asked, for people: "lists the models". */
  readonly asks: string;
  /** Throws `ProviderError`, and nothing else, unless the vendor takes the credential. */
  readonly ask: (io: VendorIo) => Promise<ProbeAnswer>;
}

/**
 * What a test of a credential has shown. `works` the vendor takes it, `refused` it does not, `unreachable` nobody answered,
 * `unclear` the answer tells neither, `untestable` the vendor has no question that is free.
 */
export const probeOutcomes = ["works", "refused", "unreachable", "unclear", "untestable"] as const;
export type ProbeOutcome = (typeof probeOutcomes)[number];

/** What a test has shown, for people; without a secret, and without a vendor's own prose. */
export interface ProbeResult {
  readonly outcome: ProbeOutcome;
  readonly message: string;
}
