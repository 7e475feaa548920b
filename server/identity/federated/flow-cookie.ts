import type { AuthRequest } from "../http/exchange.ts";
import type { IdentityContext } from "../identity-context.ts";

export const flowMs = 10 * 60_000;

const form = /^[A-Za-z0-9_-]{43}$/;

/** Binds a sign-in at a provider to the browser that began it. */
export const flowCookie = ({ secureCookies }: Pick<IdentityContext, "secureCookies">) => {
  const name = secureCookies ? "__Host-topolo_federated" : "topolo_federated";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secureCookies ? "; Secure" : ""}`;
  return {
    clear: `${name}=; Max-Age=0; ${attributes}`,
    set: (secret: string): string => `${name}=${secret}; Max-Age=${flowMs / 1000}; ${attributes}`,
    /** The secret, if there is exactly one of the right form. */
    read: (request: AuthRequest): string | undefined => {
      const values = (request.header("cookie") ?? "")
        .split(";")
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1));
      const value = values.length === 1 ? values[0] : undefined;
      return value !== undefined && form.test(value) ? value : undefined;
    },
  };
};
