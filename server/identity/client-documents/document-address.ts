import { isLocalUrl, isPublicUrl } from "../catalogue/public-url.ts";

/** Tokens name their client, so its id is short. */
export const maxAddressLength = 200;

/**
 * The address of a document that describes a client, which is the client's id: https at a public name, in one spelling,
 * without a query. http on localhost counts where an installation is for development.
 */
export const documentAddress = (clientId: string, localAddresses: boolean): URL | undefined => {
  if (clientId.length > maxAddressLength || !/^https?:\/\//.test(clientId)) return undefined;
  if (!isPublicUrl(clientId) && !(localAddresses && isLocalUrl(clientId))) return undefined;
  const url = new URL(clientId);
  return url.href === clientId && url.search === "" && !clientId.includes("?") ? url : undefined;
};
