import { isIP } from "node:net";
import { z } from "zod";
import { createEgress } from "../../platform/egress/index.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import { AuthError } from "../auth-error.ts";

/** How the robot check of the public forms is asked. */
export interface TurnstileSettings {
  readonly secretKey: string;
  /** Of the widget on the registration page: with it nobody registers unasked. */
  readonly siteKey?: string;
  /** Host names of the pages that show the widget; another page's token is refused. */
  readonly hostnames: readonly string[];
  /** The vendor's by default. */
  readonly siteverifyUrl?: string;
  readonly timeoutMs?: number;
}

/** What a good token says of the page it was made on. */
export interface TurnstilePass {
  readonly hostname: string;
  readonly action: string;
}

export interface Turnstile {
  /** Of the registration page's widget; undefined: registration does not ask. */
  readonly siteKey: string | undefined;
  /** Asks the vendor. Throws `turnstile_failed` where the token is not good, `turnstile_unavailable` where nobody can say. */
  readonly check: (token: string, action: string, ip: string) => Promise<TurnstilePass>;
  readonly close: () => Promise<void>;
}

export const defaultSiteverifyUrl = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

const Verdict = z.object({
  success: z.boolean(),
  hostname: z.string().max(300).optional(),
  action: z.string().max(100).optional(),
  "error-codes": z.array(z.string().max(100)).max(20).default([]),
});

// The fault is ours or the vendor's, not the visitor's.
const outages = new Set(["missing-input-secret", "invalid-input-secret", "bad-request", "internal-error"]);

interface CreateTurnstile {
  readonly settings: TurnstileSettings | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The check; without a secret or a host name nobody passes. */
export const createTurnstile = ({ settings, clock, log }: CreateTurnstile): Turnstile => {
  if (settings === undefined || settings.secretKey === "" || settings.hostnames.length === 0)
    return {
      siteKey: settings?.siteKey,
      check: () => Promise.reject(new AuthError("turnstile_unavailable")),
      close: async () => undefined,
    };
  const { secretKey, siteverifyUrl = defaultSiteverifyUrl, timeoutMs = 3_000 } = settings;
  const hostnames = new Set(settings.hostnames.map((name) => name.toLowerCase()));
  const egress = createEgress({ allow: [], log, clock });

  const ask = async (token: string, ip: string): Promise<z.infer<typeof Verdict>> => {
    try {
      const { status, body } = await egress.json({
        url: siteverifyUrl,
        method: "POST",
        body: { secret: secretKey, response: token, ...(isIP(ip) === 0 ? {} : { remoteip: ip }) },
        timeoutMs,
        maxBytes: 16 * 1024,
      });
      if (status === 200) return Verdict.parse(body);
      log.warn({ status }, "the robot check is not answered");
    } catch (error) {
      log.warn({ err: error }, "the robot check is not answered");
    }
    throw new AuthError("turnstile_unavailable");
  };

  return {
    siteKey: settings.siteKey,
    check: async (token, action, ip) => {
      const verdict = await ask(token, ip);
      const codes = verdict["error-codes"];
      if (!verdict.success && codes.some((code) => outages.has(code))) {
        log.error({ codes }, "the robot check refuses our question");
        throw new AuthError("turnstile_unavailable");
      }
      const hostname = verdict.hostname?.toLowerCase();
      if (!verdict.success || hostname === undefined || !hostnames.has(hostname) || verdict.action !== action)
        throw new AuthError("turnstile_failed");
      return { hostname, action };
    },
    close: () => egress.close(),
  };
};
