import type { AlertDeps } from "./alert-deps.ts";
import type { DueDelivery } from "./store-deliveries.ts";
import { selectScopeName } from "./store-names.ts";

/** What people call the app, person or key of a budget; null for the organization, and where nobody can tell now. */
export const nameScope = async (
  { db, directory, log }: Pick<AlertDeps, "db" | "directory" | "log">,
  { organization_id: organizationId, scope, scope_id: id }: Pick<DueDelivery, "organization_id" | "scope" | "scope_id">,
): Promise<string | null> => {
  if (id === null) return null;
  const own = await selectScopeName(db.pool, organizationId, id);
  if (own !== undefined) return own;
  if (scope === "app") return null;
  const asked = { organizationId, users: scope === "user" ? [id] : [], keys: scope === "key" ? [id] : [] };
  const names = await directory.namesOf(asked).catch((error: unknown) => {
    log.warn({ err: error }, "an alert is told without the name of whose budget it is");
    return new Map<string, string>();
  });
  return names.get(id) ?? null;
};
