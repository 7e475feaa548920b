import type { CallContext } from "../contracts/call-context.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import { fileUnavailable } from "../domain/files/index.ts";
import { routesOfVendors, type ActVendor } from "../domain/routing/index.ts";
import { NexusError } from "../errors.ts";
import { ai } from "../contracts/ai.ts";
import type { FileRequest } from "../families/ai/index.ts";
import { providers } from "../providers/index.ts";
import type { RuntimeState } from "./open-runtime-state.ts";
import { vendorWorldOf, type RoutingSettings } from "./route-requests.ts";

const keepers: readonly ActVendor[] = [...providers.values()].flatMap(({ id, ai: vendor }) =>
  vendor?.files === undefined && vendor?.videos === undefined
    ? []
    : [{ id, operations: new Set(vendor.files === undefined ? [] : [ai.uploadFile.id]) }],
);

/** The credential under which an organization's file is kept, or would be: whoever pays for its calls to that vendor. */
export const fileKeepers =
  (runtime: RuntimeState, settings: RoutingSettings) =>
  (ctx: CallContext, { place }: Pick<FileRequest, "place">): CredentialRef => {
    const world = vendorWorldOf(runtime, settings, keepers, ctx);
    if ("file" in place) {
      const { vendor, credentialId } = place.file;
      const credential = world.credentialsOf(vendor).find(({ id }) => id === credentialId);
      if (credential === undefined) throw fileUnavailable(place.file);
      return credential;
    }
    const [first] = routesOfVendors({ operation: ai.uploadFile.id, provider: place.provider }, world);
    if (first === undefined) throw new NexusError("CREDENTIAL_MISSING");
    return first.credential;
  };
