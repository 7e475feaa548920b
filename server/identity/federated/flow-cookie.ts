import { secretCookie } from "../http/secret-cookie.ts";
import type { IdentityContext } from "../identity-context.ts";

export const flowMs = 10 * 60_000;

/** Binds a sign-in at a provider to the browser that began it. */
export const flowCookie = ({ secureCookies }: Pick<IdentityContext, "secureCookies">) => {
  const cookie = secretCookie({ name: "topolo_federated", secure: secureCookies });
  return { ...cookie, set: (secret: string): string => cookie.set(secret, flowMs) };
};
