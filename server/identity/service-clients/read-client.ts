import { isLocalUrl } from "../catalogue/public-url.ts";
import type { IdentityContext } from "../identity-context.ts";
import { findClientRow, type ClientRow } from "./store.ts";

const dashboardClient = "nexus-dashboard";

/** Without the addresses on localhost that it was given where it was developed. */
const publicOnly = (row: ClientRow): ClientRow => ({
  ...row,
  redirectUris: row.redirectUris.filter((uri) => !isLocalUrl(uri)),
  postLogoutRedirectUris: row.postLogoutRedirectUris.filter((uri) => !isLocalUrl(uri)),
});

/** A client as registered; the dashboard's also returns to wherever this deployment serves it. */
export const readClient = async (
  { db, dashboardOrigin, localAddresses }: Pick<IdentityContext, "db" | "dashboardOrigin" | "localAddresses">,
  clientId: string,
): Promise<ClientRow | undefined> => {
  const stored = clientId.length > 100 ? undefined : await findClientRow(db, clientId);
  const row = stored && !localAddresses && !stored.firstParty && stored.type !== "native" ? publicOnly(stored) : stored;
  if (!row || clientId !== dashboardClient || dashboardOrigin === undefined) return row;
  return {
    ...row,
    redirectUris: [...row.redirectUris, `${dashboardOrigin}/api/auth/callback/topolo`],
    postLogoutRedirectUris: [...row.postLogoutRedirectUris, `${dashboardOrigin}/`],
  };
};
