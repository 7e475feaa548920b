import { AuthError } from "../auth-error.ts";
import type { AuthDatabase } from "../database/store.ts";
import { findOrganization } from "./store.ts";

/** The organization that an operator names at the console, by id or slug. */
export const organizationNamed = async (db: AuthDatabase, named: string) => {
  const found = await findOrganization(db, named.startsWith("org_") ? { id: named } : { slug: named });
  if (!found) throw new AuthError("organization_not_found");
  return found;
};
