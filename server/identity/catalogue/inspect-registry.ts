import type { Logger } from "../../platform/logger.ts";
import { openAuthDatabase } from "../database/store.ts";
import { buildCatalogue } from "./catalogue.ts";
import { missingFrom, type MissingPart } from "./completeness.ts";
import { findDrift, type Drift } from "./drift.ts";
import { readManifests } from "./read-manifests.ts";
import { loadCatalogueRows } from "./store.ts";

/** The state of the service registry, for an operator. */
export interface RegistryState {
  readonly services: number;
  readonly drift: readonly Drift[];
  readonly incomplete: readonly { readonly serviceId: string; readonly missing: readonly MissingPart[] }[];
}

/** Reads the registry of a database without starting Auth, and changes nothing. */
export const inspectRegistry = async ({
  databaseUrl,
  log,
}: {
  readonly databaseUrl: string;
  readonly log: Logger;
}): Promise<RegistryState> => {
  const db = await openAuthDatabase({ connectionString: databaseUrl, log, maxConnections: 2 });
  try {
    const { services } = buildCatalogue(await loadCatalogueRows(db));
    return {
      services: services.size,
      drift: findDrift(await readManifests(), services),
      incomplete: [...services.values()].flatMap((service) => {
        const missing = missingFrom(service);
        return missing.length === 0 ? [] : [{ serviceId: service.id, missing }];
      }),
    };
  } finally {
    await db.close();
  }
};
