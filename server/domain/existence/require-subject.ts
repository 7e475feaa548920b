import type pg from "pg";
import type { DirectoryDeps } from "./directory.ts";
import { requireKnown } from "./require-known.ts";
import { actsForOrganization } from "./store.ts";

/** Whom a budget or a rate limit is for. */
export interface Subject {
  readonly organizationId: string;
  readonly scope: "organization" | "app" | "user" | "key";
  readonly scopeId: string | null | undefined;
}

const isServiceToken = (id: string): boolean => id.startsWith("nst_");

/** A service token of ours that may act for the organization; calls are attributed to it as to a key. */
const isOwnToken = (pool: pg.Pool, { organizationId }: Subject, id: string): Promise<boolean> =>
  actsForOrganization(pool, id, organizationId);

/**
 * Throws INVALID_INPUT for `scopeId` where the organization has no such member, key or service token, or nobody has
 * registered the app. Those of other organizations are refused in the same words.
 */
export const requireSubject = async (deps: DirectoryDeps, subject: Subject): Promise<void> => {
  const { organizationId, scope, scopeId: id } = subject;
  if (scope === "organization" || id === null || id === undefined) return;
  if (scope === "key" && isServiceToken(id) && (await isOwnToken(deps.db.pool, subject, id))) return;
  // An app's own token is known by the app.
  const kind = scope === "key" && id.startsWith("srv_") ? "app" : scope;
  await requireKnown(deps.directory, kind === "app" ? { kind, id } : { kind, id, organizationId }, "scopeId");
};
