import { z } from "zod";

const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const localPart = new RegExp(`^${atom}(\\.${atom})*$`);
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** What the reader of host names would take apart, decode or leave out. */
const foreignInHost = /[\s%/\\?#@:[\]<>^|`{}"'(),;\p{C}]/u;

/** The ASCII form of a domain of at least two labels; undefined where it is none. */
const asciiDomain = (domain: string): string | undefined => {
  if (domain.length > 253 || foreignInHost.test(domain)) return undefined;
  const ascii = URL.parse(`http://${domain}`)?.hostname;
  const labels = ascii?.split(".") ?? [];
  const isName = labels.length > 1 && labels.every((one) => label.test(one)) && !/^\d+$/.test(labels.at(-1) ?? "");
  return isName ? ascii : undefined;
};

/**
 * The address of one mailbox, as it is sent: `local@domain`, the domain in ASCII and lower case. Undefined for everything
 * else that RFC 5322 calls an address: quotes, comments, groups, routes, lists.
 */
export const mailboxOf = (text: string): string | undefined => {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  if (local.length > 64 || !localPart.test(local)) return undefined;
  const domain = asciiDomain(text.slice(at + 1));
  const address = `${local}@${domain}`;
  return domain === undefined || address.length > 254 ? undefined : address;
};

/** Control characters and line separators end a header's line for one reader or another. */
const lineSafe = /^[^\p{Cc}\u2028\u2029]*$/u;
const lineRule = "one line without control characters";

/** Text that stands in a header. */
export const HeaderText = z.string().regex(lineSafe, { error: lineRule });

/** `local@domain`. */
export const MailAddress = z
  .string()
  .max(320)
  .refine((text) => mailboxOf(text) !== undefined, {
    error: ({ input }) =>
      String(input).includes("<")
        ? "an address alone; with a name it is an object, { address, name }"
        : "one address, local@domain, of ASCII letters, digits and .!#$%&'*+/=?^_`{|}~- before the @",
  })
  .describe("One address, `local@domain`; international domains are turned into ASCII");

/** An address, with a display name if need be. */
export const MailParty = z.union([
  MailAddress,
  z.strictObject({ address: MailAddress, name: HeaderText.max(128).optional() }),
]);
export type MailParty = z.infer<typeof MailParty>;

/** A mailbox as it is sent. */
export interface SentMailbox {
  readonly address: string;
  readonly name: string | undefined;
}

export const sentMailboxOf = (mailbox: MailParty): SentMailbox => {
  const { address, name } = typeof mailbox === "string" ? { address: mailbox, name: undefined } : mailbox;
  return { address: mailboxOf(address) ?? address, name: name === "" ? undefined : name };
};

/** Equal for what most mail systems deliver to one person. */
export const sameMailboxKey = (address: string): string => address.toLowerCase();
