import { AuthError } from "../auth-error.ts";
import type { AuthRequest } from "../http/exchange.ts";
import type { IdentityContext } from "../identity-context.ts";

const form = /^[A-Za-z0-9_-]{43}$/;

type CookieGround = Pick<IdentityContext, "secureCookies"> & Partial<Pick<IdentityContext, "crossSiteCookies">>;

/** The browser's session cookie: a `__Host-` one wherever there is TLS; for apps of other sites only where an operator wants that. */
export const sessionCookie = ({ secureCookies, crossSiteCookies = false }: CookieGround) => {
  const name = secureCookies ? "__Host-topolo_session" : "topolo_session";
  const attributes = `Path=/; HttpOnly; SameSite=${crossSiteCookies ? "None" : "Lax"}${secureCookies ? "; Secure" : ""}`;
  return {
    name,
    clear: `${name}=; Max-Age=0; ${attributes}`,
    set: (value: string, maxAgeMs: number): string =>
      `${name}=${value}; Max-Age=${Math.floor(maxAgeMs / 1000)}; ${attributes}`,
    /** The value, if there is one of the right form. Two are refused: a sibling domain may have planted one. */
    read: (request: AuthRequest): string | undefined => {
      const values = (request.header("cookie") ?? "")
        .split(";")
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1));
      if (values.length > 1) throw new AuthError("ambiguous_cookie");
      const value = values[0];
      return value !== undefined && form.test(value) ? value : undefined;
    },
  };
};
