import { AuthError } from "../auth-error.ts";
import type { HttpRequest } from "../http/exchange.ts";
import { secretCookie } from "../http/secret-cookie.ts";
import type { IdentityContext } from "../identity-context.ts";

type CookieOptions = Pick<IdentityContext, "secureCookies"> & Partial<Pick<IdentityContext, "crossSiteCookies">>;

/** The browser's session cookie; it goes along with requests of other sites only where an operator wants that. */
export const sessionCookie = ({ secureCookies, crossSiteCookies = false }: CookieOptions) => {
  const cookie = secretCookie({ name: "topolo_session", secure: secureCookies, crossSite: crossSiteCookies });
  return {
    ...cookie,
    /** The value, if there is one of the right form. Two are refused: a sibling domain may have planted one. */
    read: (request: HttpRequest): string | undefined => {
      if (cookie.all(request).length > 1) throw new AuthError("ambiguous_cookie");
      return cookie.read(request);
    },
  };
};
