import { isPlainWebAddress } from "../catalogue/launch-address.ts";
import type { CatalogueService } from "../catalogue/catalogue.ts";

/**
 * Where a handoff may end: exactly at a registered address, or where the app switcher opens the app. A service without
 * registered addresses is met anywhere under the origin it is opened at. The address as browsers spell it, or undefined.
 */
export const findHandoffTarget = (
  { opensAt, launchUrl }: Pick<CatalogueService, "opensAt" | "launchUrl">,
  registered: readonly string[],
  redirectUri: string,
): string | undefined => {
  if (!isPlainWebAddress(redirectUri)) return undefined;
  const { href, origin } = new URL(redirectUri);
  const opened = [opensAt, launchUrl].flatMap((address) => (address === null ? [] : [new URL(address)]));
  if (opened.some((address) => address.href === href)) return href;
  // Registered addresses are compared as text.
  if (href !== redirectUri) return undefined;
  if (registered.length > 0) return registered.includes(redirectUri) ? href : undefined;
  return opened.some((address) => address.origin === origin) ? href : undefined;
};

/** The address with the code in its query; what stood there stays as it is. */
export const withCode = (redirectUri: string, code: string, state: string | undefined): string => {
  const added = new URLSearchParams({ code, ...(state === undefined ? {} : { state }) });
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${added.toString()}`;
};
