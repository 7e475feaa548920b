import { z } from "zod";
import type { Deps } from "../../platform/deps.ts";
import { emitSystemAudit } from "../audit/index.ts";
import { inTransaction, selectApps, upsertApps, type AppRow } from "./store.ts";

/** A service of Topolo Auth's catalog, as far as Nexus needs it. */
export const CatalogService = z.object({
  id: z
    .string()
    .max(68)
    .regex(/^srv_[a-z0-9_]+$/),
  name: z.string().min(1).max(200),
  kind: z.string().min(1).max(64),
  /** Where its pages are. */
  origins: z.array(z.string().max(300)).max(200).default([]),
});
export type CatalogService = z.input<typeof CatalogService>;

const same = (left: AppRow, right: AppRow | undefined): boolean =>
  left.name === right?.name &&
  left.kind === right.kind &&
  left.registered === right.registered &&
  left.origins.join(" ") === right.origins.join(" ");

/**
 * Makes Nexus's list of apps that of the catalog, and returns the ids that changed. An app that has gone stays known
 * for its history but can no longer call. An empty catalog is taken for a fault at its source and changes nothing.
 */
export const syncApps = async (deps: Deps, services: readonly CatalogService[]): Promise<readonly string[]> => {
  if (services.length === 0) {
    deps.log.warn("the service catalog is empty; the apps stay as they are");
    return [];
  }
  const wanted = new Map<string, AppRow>(
    z
      .array(CatalogService)
      .max(10_000)
      .parse(services)
      .map((service) => [service.id, { ...service, origins: service.origins.toSorted(), registered: true }]),
  );
  const pending = (known: readonly AppRow[]): AppRow[] => {
    const knownById = new Map(known.map((app) => [app.id, app]));
    const gone = known.filter(({ id }) => !wanted.has(id)).map((app) => ({ ...app, registered: false }));
    return [...wanted.values(), ...gone].filter((app) => !same(app, knownById.get(app.id)));
  };
  // An unchanged catalog writes nothing, and so wakes no snapshot.
  if (pending(await selectApps(deps.db.pool)).length === 0) return [];
  return inTransaction(deps.db.pool, async (tx) => {
    const changed = pending(await selectApps(tx));
    if (changed.length === 0) return [];
    await upsertApps(tx, changed, new Date(deps.clock.now()));
    for (const { id, name, kind, registered } of changed) {
      await emitSystemAudit(tx, "catalog", { action: "app.sync", target: id, details: { name, kind, registered } });
    }
    return changed.map(({ id }) => id);
  });
};
