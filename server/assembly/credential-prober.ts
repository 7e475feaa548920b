import type { ProviderDefinition } from "../contracts/provider.ts";
import type { ProbeCredential } from "../domain/credentials/index.ts";
import { NexusError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { probeCredential } from "../gateway/probe-credential.ts";
import type { Metrics } from "../platform/metrics.ts";

/** Tests credentials of the vendors that are here, and counts what the tests show. */
export const credentialProber =
  (gateway: Gateway, vendors: ReadonlyMap<string, ProviderDefinition>, metrics: Metrics): ProbeCredential =>
  async (credential, signal) => {
    const vendor = vendors.get(credential.vendor);
    if (vendor === undefined)
      throw new NexusError("CONFLICT", {
        message: "This version of Topolo Nexus does not know the credential's vendor.",
      });
    const result = await probeCredential(gateway, vendor, credential, signal);
    metrics.credentialTests.inc({ vendor: vendor.id, outcome: result.outcome });
    return result;
  };
