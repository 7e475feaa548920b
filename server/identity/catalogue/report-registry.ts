import type { Logger } from "../../platform/logger.ts";
import type { CatalogueService } from "./catalogue.ts";
import { missingFrom } from "./completeness.ts";
import { findDrift } from "./drift.ts";
import type { Manifest } from "./manifest.ts";

/** Says at the start what is wrong with the registry: rows that differ from the manifests, and what is incomplete. */
export const reportRegistry = (
  manifests: readonly Manifest[],
  services: ReadonlyMap<string, CatalogueService>,
  log: Logger,
): void => {
  const drift = findDrift(manifests, services);
  if (drift.length > 0) log.warn({ drift }, "the service registry differs from the checked-in manifests");
  const incomplete = [...services.values()].flatMap((service) => {
    const missing = missingFrom(service);
    return missing.length === 0 ? [] : [{ serviceId: service.id, missing }];
  });
  if (incomplete.length > 0) log.warn({ incomplete }, "service registrations lack something");
};
