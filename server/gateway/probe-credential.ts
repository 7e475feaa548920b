import type { CredentialProbe, ProbeResult } from "../contracts/credential-probe.ts";
import type { ProviderFailure } from "../contracts/vendor-call.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import { NexusError } from "../errors.ts";
import { askMs } from "./ask-after.ts";
import { attempt } from "./attempt.ts";
import type { Gateway } from "./gateway.ts";

/** The vendor of a credential, as far as a test of it goes. */
interface ProbedVendor {
  readonly name: string;
  readonly probe?: CredentialProbe;
}

/** How the vendor itself named it: a code is no prose, and was compared with the secret. */
const told = ({ reason, status }: ProviderFailure): string => {
  const words = [reason?.status ?? status, reason?.code].filter((word) => word !== undefined);
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
};

const refused = (name: string, failure: ProviderFailure): ProbeResult => ({
  outcome: "refused",
  message:
    failure.code === "PROVIDER_ACCOUNT_EXHAUSTED"
      ? `${name} knows the account and carries out nothing for it: its credit or quota is used up${told(failure)}.`
      : told(failure) === ""
        ? `${name} does not take this credential. ${failure.message}`
        : `${name} does not take this credential${told(failure)}.`,
});

const unclear = (name: string, failure: ProviderFailure): ProbeResult => ({
  outcome: "unclear",
  message:
    failure.code === "PROVIDER_RATE_LIMITED"
      ? `${name} limits the rate of requests at present, and did not look at the credential${told(failure)}.`
      : failure.code === "PROVIDER_BAD_RESPONSE"
        ? `What answered is not ${name}, or not as it documents itself${told(failure)}. Check the address.`
        : `${name} failed over the question, and said nothing about the credential${told(failure)}.`,
});

/** What a failed question proves of the credential. Each sentence is ours: a vendor's own may repeat what it was sent. */
const resultOf = (name: string, failure: ProviderFailure): ProbeResult => {
  const { code, kind, status } = failure;
  if (code === "REQUEST_CANCELLED") throw new NexusError("REQUEST_CANCELLED");
  if (code === "PROVIDER_AUTH_FAILED" || code === "PROVIDER_REJECTED" || code === "PROVIDER_ACCOUNT_EXHAUSTED")
    return refused(name, failure);
  const isSilent =
    kind !== "refused" && status === undefined && code !== "PROVIDER_RATE_LIMITED" && code !== "PROVIDER_BAD_RESPONSE";
  if (!isSilent) return unclear(name, failure);
  if (code === "PROVIDER_TIMEOUT")
    return { outcome: "unreachable", message: `${name} did not answer within ${askMs / 1_000} seconds.` };
  // What may not be called, somebody here can mend.
  const why = /base URL/.test(failure.message) ? ` ${failure.message}` : "";
  return { outcome: "unreachable", message: `${name} cannot be reached at the credential's address.${why}` };
};

/**
 * Asks a vendor what is free and changes nothing, with one credential. It is no call: nothing is reserved, no circuit opens
 * or closes, and no other credential is tried.
 */
export const probeCredential = async (
  gateway: Gateway,
  { name, probe }: ProbedVendor,
  credential: CredentialRef,
  signal: AbortSignal,
): Promise<ProbeResult> => {
  if (probe === undefined)
    return { outcome: "untestable", message: `${name} can be asked nothing that is free: the next call will tell.` };
  const { id, vendor, tier } = credential;
  const tried = await attempt(gateway, {
    route: { target: { vendor, model: "", credentialTier: tier, credentialId: id }, credential },
    operationId: gateway.newId(),
    deadlineMs: askMs,
    caller: signal,
    streamed: true,
    run: probe.ask,
  });
  if (tried.kind === "failed") return resultOf(name, tried.failure);
  return {
    outcome: "works",
    message: tried.value.limited
      ? `${name} knows this credential and restricts it: not everything was tried that it is stored for.`
      : `${name} takes this credential.`,
  };
};
