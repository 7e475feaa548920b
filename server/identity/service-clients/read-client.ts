import { isLocalUrl } from "../catalogue/public-url.ts";
import { isRefusedDocument } from "../client-documents/client-documents.ts";
import type { IdentityContext } from "../identity-context.ts";
import { findClientRow, type ClientRow } from "./store.ts";

const dashboardClient = "nexus-dashboard";

/** Without the addresses on localhost that it was given where it was developed. */
const publicOnly = (row: ClientRow): ClientRow => ({
  ...row,
  redirectUris: row.redirectUris.filter((uri) => !isLocalUrl(uri)),
  postLogoutRedirectUris: row.postLogoutRedirectUris.filter((uri) => !isLocalUrl(uri)),
});

/** What reading a client takes. */
export type ReadClientDeps = Pick<IdentityContext, "db" | "dashboardOrigin" | "localAddresses" | "clientDocuments">;

/**
 * A client as registered, or as the document at its address describes it; the dashboard's also returns to wherever this
 * deployment serves it. `ip` is whoever causes a document to be asked for, where that is known.
 */
export const readClient = async (
  { db, dashboardOrigin, localAddresses, clientDocuments }: ReadClientDeps,
  clientId: string,
  ip?: string,
): Promise<ClientRow | undefined> => {
  const described = await clientDocuments?.find(clientId, ip);
  if (described) return isRefusedDocument(described) ? undefined : described;
  const stored = clientId.length > 100 ? undefined : await findClientRow(db, clientId);
  const row = stored && !localAddresses && !stored.firstParty && stored.type !== "native" ? publicOnly(stored) : stored;
  if (!row || clientId !== dashboardClient || dashboardOrigin === undefined) return row;
  return {
    ...row,
    redirectUris: [...row.redirectUris, `${dashboardOrigin}/api/auth/callback/topolo`],
    postLogoutRedirectUris: [...row.postLogoutRedirectUris, `${dashboardOrigin}/`],
  };
};
