import { domainToASCII } from "node:url";
import { z } from "zod";

// Controls, what turns the direction of a line, what has no width, what has no shape; the last two are blanks with one.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u3164]/u;
// Within an emoji such signs are what makes it this one.
const unseenOutsideOfEmoji =
  /(\p{RGI_Emoji})|[[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u3164]--[\u200c\u200d]]/gv;
const joinerOutsideOfEmoji = /(\p{RGI_Emoji})|[\u200c\u200d]/gv;
const letterBefore = /\p{L}\p{M}*$/u;
const letterAfter = /^\p{M}*\p{L}/u;

/** Whether a joiner changes how the letters beside it are drawn, as in Persian or Sinhala: by the rule for domain names (CONTEXTJ). */
const joinerIsSeen = (joiner: string, before: string, after: string): boolean => {
  const letters = `${letterBefore.exec(before)?.[0] ?? ""}${joiner}${letterAfter.exec(after)?.[0] ?? ""}`;
  return domainToASCII(letters) !== "";
};

const withoutUnseen = (name: string): string => {
  if (!unseen.test(name)) return name;
  return name
    .replaceAll(unseenOutsideOfEmoji, (_, emoji?: string) => emoji ?? "")
    .replaceAll(joinerOutsideOfEmoji, (sign, emoji: string | undefined, at: number, whole: string) =>
      emoji !== undefined || joinerIsSeen(sign, whole.slice(0, at), whole.slice(at + 1)) ? sign : "",
    );
};

/** Whether a name shows all that it is made of, in the order in which it is read. */
export const isPlainlySeen = (name: string): boolean => withoutUnseen(name) === name;

/** What a person, an organization, an app, a key or a device is called: every character can be seen. */
export const displayName = (max = 100) =>
  z
    .string()
    .trim()
    .max(max)
    .refine(isPlainlySeen, { error: "a name without control, direction and invisible characters" });

/** A name that somebody else's service tells, which the person cannot change there for us: what cannot be seen is left out. */
export const asPlainlySeen = (name: string, max = 100): string => withoutUnseen(name.slice(0, max)).trim();
