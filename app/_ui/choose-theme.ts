import { isTheme, themeCookie } from "./theme.ts";

const yearSeconds = 365 * 24 * 60 * 60;

/** Shows the page in a look from now on; anything but `light` and `dark` is the system's. */
export const chooseTheme = (value: string): void => {
  const root = document.documentElement;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  if (isTheme(value)) root.dataset.theme = value;
  else delete root.dataset.theme;
  // A cookie, so that the server renders the page in the right look from the first byte.
  document.cookie = `${themeCookie}=${value}; Path=/; SameSite=Lax; Max-Age=${isTheme(value) ? yearSeconds : 0}${secure}`;
};
