import type { CatalogueService } from "./catalogue.ts";
import { manifestSha256, type Manifest } from "./manifest.ts";
import { diffManifest } from "./manifest-diff.ts";

/** One difference between a checked-in manifest and the stored rows. */
export interface Drift {
  readonly serviceId: string;
  /** The part that differs, or `missing`, `digest`. */
  readonly part: string;
}

/** Compares manifests with what the database holds; empty where they agree. */
export const findDrift = (
  manifests: readonly Manifest[],
  services: ReadonlyMap<string, CatalogueService>,
): readonly Drift[] =>
  manifests.flatMap((manifest): Drift[] => {
    const serviceId = manifest.id;
    const service = services.get(serviceId);
    if (!service) return [{ serviceId, part: "missing" }];
    return [
      ...(service.manifestSha256 === manifestSha256(manifest) ? [] : [{ serviceId, part: "digest" }]),
      ...diffManifest(manifest, service).map(({ part }) => ({ serviceId, part })),
    ];
  });
