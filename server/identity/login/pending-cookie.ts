import { z } from "zod";
import type { AuthRequest } from "../http/exchange.ts";
import type { IdentityContext } from "../identity-context.ts";
import { pendingMs } from "./pending-sign-in.ts";

const form = /^[A-Za-z0-9_-]{43}$/;

/** The form of the token that stands for a pending sign-in. */
export const mfaToken = z.string().regex(form, "the token of the pending sign-in");

/** Carries the token of a pending sign-in over a redirect. It signs nobody in. */
export const pendingCookie = ({ secureCookies }: Pick<IdentityContext, "secureCookies">) => {
  const name = secureCookies ? "__Host-topolo_pending" : "topolo_pending";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secureCookies ? "; Secure" : ""}`;
  return {
    name,
    clear: `${name}=; Max-Age=0; ${attributes}`,
    set: (token: string): string => `${name}=${token}; Max-Age=${pendingMs / 1000}; ${attributes}`,
    /** The token, if there is exactly one of the right form. */
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
