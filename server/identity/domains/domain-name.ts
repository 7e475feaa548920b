import { isIP } from "node:net";
import { z } from "zod";
import { normalizeEmail } from "../users/email-address.ts";

/** The domain of an address in its normal form. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf("@") + 1);

/** A domain in the form that the addresses of its people have; undefined where it is none. */
export const normalizeDomain = (text: string): string | undefined => {
  const email = normalizeEmail(`x@${text.trim()}`);
  const domain = email === undefined ? undefined : domainOf(email);
  return domain === undefined || !domain.includes(".") || isIP(domain) !== 0 ? undefined : domain;
};

/** A domain with at least two labels. */
export const domainName = z
  .string()
  .max(253)
  .transform((text, context) => {
    const domain = normalizeDomain(text);
    if (domain !== undefined) return domain;
    context.addIssue("a domain, for example example.com");
    return z.NEVER;
  });
