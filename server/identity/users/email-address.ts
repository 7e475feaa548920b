import { domainToASCII } from "node:url";
import { z } from "zod";

const localForm = /^[^\s@"(),:;<>[\]\\\p{Cc}\p{Cf}]{1,64}$/u;
// Checked before the conversion to ASCII, which drops line breaks and decodes escapes.
const rawDomainForm = /^[\p{L}\p{M}\p{N}.-]+$/u;
const domainForm = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** NFKC and lower case first, then one ASCII @ and an ASCII domain; undefined where it is no address. */
export const normalizeEmail = (text: string): string | undefined => {
  const parts = text.normalize("NFKC").toLowerCase().split("@");
  const [local = "", domain = ""] = parts;
  if (text.split("@").length !== 2 || parts.length !== 2 || !localForm.test(local) || !rawDomainForm.test(domain))
    return undefined;
  const ascii = domainToASCII(domain);
  const email = `${local}@${ascii}`;
  return domainForm.test(ascii) && email.length <= 254 ? email : undefined;
};

/** An e-mail address in its normal form. */
export const emailAddress = z
  .string()
  .max(320)
  .transform((text, context) => {
    const email = normalizeEmail(text);
    if (email !== undefined) return email;
    context.addIssue("an e-mail address");
    return z.NEVER;
  });
