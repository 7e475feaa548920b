import type { SentMailbox } from "../../../contracts/email/mailbox.ts";

const plainPhrase = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/;

/** `Name <address>`: a name of other characters than a phrase's stands in quotes, so that it ends no address and begins none. */
export const writtenMailbox = ({ address, name }: SentMailbox): string => {
  if (name === undefined) return address;
  const phrase = plainPhrase.test(name) ? name : `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
  return `${phrase} <${address}>`;
};

/** The list, or nothing where it is empty: a field that is left out. */
export const some = <T>(items: readonly T[]): readonly T[] | undefined => (items.length === 0 ? undefined : items);
