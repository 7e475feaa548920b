import type { TurnstileSettings } from "../identity/index.ts";
import type { Env } from "../platform/env.ts";

/** The vendor's published secret for tests: with the sandbox's check it passes the sandbox's tokens. */
const testSecret = "1x0000000000000000000000000000000AA";

interface Surroundings {
  readonly sandboxUrl: string | undefined;
  /** Auth's own address, where the registration page is. */
  readonly publicUrl: string;
}

/**
 * The robot check: the operator's account at the vendor, which registration asks too, or the sandbox's in development,
 * which only programs can pass; else the forms answer 503.
 */
export const turnstileSettingsOf = (
  env: Env,
  { sandboxUrl, publicUrl }: Surroundings,
): TurnstileSettings | undefined => {
  if (env.TURNSTILE_SECRET_KEY !== undefined)
    return {
      secretKey: env.TURNSTILE_SECRET_KEY,
      ...(env.TURNSTILE_SITE_KEY === undefined ? {} : { siteKey: env.TURNSTILE_SITE_KEY }),
      hostnames: [...env.TURNSTILE_HOSTNAMES, new URL(publicUrl).hostname],
      ...(env.TURNSTILE_SITEVERIFY_URL === undefined ? {} : { siteverifyUrl: env.TURNSTILE_SITEVERIFY_URL }),
    };
  if (sandboxUrl === undefined) return undefined;
  return { secretKey: testSecret, hostnames: ["localhost"], siteverifyUrl: `${sandboxUrl}/turnstile/v0/siteverify` };
};
