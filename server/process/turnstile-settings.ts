import type { TurnstileSettings } from "../identity/index.ts";
import type { Env } from "../platform/env.ts";

/** The vendor's published secret for tests: with the sandbox's check it passes the sandbox's tokens. */
const testSecret = "1x0000000000000000000000000000000AA";

/** The robot check: the operator's account at the vendor, or the sandbox's in development; else the forms answer 503. */
export const turnstileSettingsOf = (env: Env, sandboxUrl: string | undefined): TurnstileSettings | undefined => {
  if (env.TURNSTILE_SECRET_KEY !== undefined)
    return {
      secretKey: env.TURNSTILE_SECRET_KEY,
      hostnames: env.TURNSTILE_HOSTNAMES,
      ...(env.TURNSTILE_SITEVERIFY_URL === undefined ? {} : { siteverifyUrl: env.TURNSTILE_SITEVERIFY_URL }),
    };
  if (sandboxUrl === undefined) return undefined;
  return { secretKey: testSecret, hostnames: ["localhost"], siteverifyUrl: `${sandboxUrl}/turnstile/v0/siteverify` };
};
