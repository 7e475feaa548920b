import type { AiVendorBatches } from "../../contracts/ai-vendor-batches.ts";
import type { AiVendorVideos } from "../../contracts/ai-vendor-videos.ts";
import type { AiVendorFiles } from "../../contracts/ai-vendor-files.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { NexusError } from "../../errors.ts";
import type { Route, RouteTarget, Settlement } from "../family.ts";

interface FileRouteOptions {
  readonly vendorId: string;
  readonly files: AiVendorFiles | undefined;
  readonly batches: AiVendorBatches | undefined;
  readonly videos: AiVendorVideos | undefined;
  readonly credential: CredentialRef;
}

const notMetered = (): NexusError => new NexusError("INTERNAL", { cause: new Error("keeping files is not metered") });

/** A vendor that keeps files, batches or videos under one credential. Nothing of it is metered. */
export class FileRoute implements Route {
  readonly target: RouteTarget;
  readonly credential: CredentialRef;
  readonly readsOn = false;
  readonly files: AiVendorFiles | undefined;
  readonly batches: AiVendorBatches | undefined;
  readonly videos: AiVendorVideos | undefined;

  constructor({ vendorId, files, batches, videos, credential }: FileRouteOptions) {
    this.target = { vendor: vendorId, model: "", credentialTier: credential.tier, credentialId: credential.id };
    this.credential = credential;
    this.files = files;
    this.batches = batches;
    this.videos = videos;
  }

  heldFor(): ReturnType<Route["heldFor"]> {
    throw notMetered();
  }

  bound(): bigint {
    throw notMetered();
  }

  settlement(): Settlement {
    throw notMetered();
  }

  unitsSoFar(): ReturnType<Route["unitsSoFar"]> {
    return {};
  }

  rowOf(): ReturnType<Route["rowOf"]> {
    return {};
  }

  namesOf(): ReturnType<Route["namesOf"]> {
    const { vendor, model, credentialTier } = this.target;
    return { vendor, model, requestedModel: model, credentialTier };
  }
}
