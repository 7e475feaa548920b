import { z } from "zod";
import { secretCookie, secretForm } from "../http/secret-cookie.ts";
import type { IdentityContext } from "../identity-context.ts";
import { pendingMs } from "./pending-sign-in.ts";

/** The format of the token of a pending sign-in. */
export const mfaToken = z.string().regex(secretForm, "the token of the pending sign-in");

/** Carries the token of a pending sign-in over a redirect. It signs nobody in. */
export const pendingCookie = ({ secureCookies }: Pick<IdentityContext, "secureCookies">) => {
  const cookie = secretCookie({ name: "topolo_pending", secure: secureCookies });
  return { ...cookie, set: (token: string): string => cookie.set(token, pendingMs) };
};
