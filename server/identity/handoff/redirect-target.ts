import type { CatalogueService } from "../catalogue/catalogue.ts";

// Parameters of the callback itself; a target that brings its own could pass one off as ours.
const reserved = ["code", "state", "iss", "error", "access_token", "id_token"] as const;

const parsePlain = (text: string): URL | undefined => {
  const url = URL.parse(text);
  const isWeb = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "localhost");
  const isPlain =
    url?.href === text && url.hash === "" && !text.includes("#") && url.username === "" && url.password === "";
  return url && isWeb && isPlain && !reserved.some((name) => url.searchParams.has(name)) ? url : undefined;
};

/**
 * Whether a handoff may end there: exactly at a registered address. A service without any is met anywhere under the
 * origin it is launched at.
 */
export const isHandoffTarget = (
  { launchUrl }: Pick<CatalogueService, "launchUrl">,
  registered: readonly string[],
  redirectUri: string,
): boolean => {
  const url = parsePlain(redirectUri);
  if (!url) return false;
  if (registered.length > 0) return registered.includes(redirectUri);
  return launchUrl !== null && url.origin === new URL(launchUrl).origin;
};

/** The address with the code in its query; what stood there stays as it is. */
export const withCode = (redirectUri: string, code: string, state: string | undefined): string => {
  const added = new URLSearchParams({ code, ...(state === undefined ? {} : { state }) });
  return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${added.toString()}`;
};
