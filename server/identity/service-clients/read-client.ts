import type { IdentityContext } from "../identity-context.ts";
import { findClientRow, type ClientRow } from "./store.ts";

const dashboardClient = "nexus-dashboard";

/** A client as registered; the dashboard's also returns to wherever this deployment serves it. */
export const readClient = async (
  { db, dashboardOrigin }: Pick<IdentityContext, "db" | "dashboardOrigin">,
  clientId: string,
): Promise<ClientRow | undefined> => {
  const row = clientId.length > 100 ? undefined : await findClientRow(db, clientId);
  if (!row || clientId !== dashboardClient || dashboardOrigin === undefined) return row;
  return {
    ...row,
    redirectUris: [...row.redirectUris, `${dashboardOrigin}/api/auth/callback/topolo`],
    postLogoutRedirectUris: [...row.postLogoutRedirectUris, `${dashboardOrigin}/`],
  };
};
