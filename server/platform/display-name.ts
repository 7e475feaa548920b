import { z } from "zod";

// Controls, what turns the direction of a line, what has no width, what has no shape; the last two are blanks with one.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u3164]/u;

/** Whether a name shows all that it is made of, in the order in which it is read. */
export const isPlainlySeen = (name: string): boolean => !unseen.test(name);

/** What a person, an organization, an app, a key or a device is called: every character can be seen. */
export const displayName = (max = 100) =>
  z
    .string()
    .trim()
    .max(max)
    .refine(isPlainlySeen, { error: "a name without control, direction and invisible characters" });

const unseenEverywhere = new RegExp(unseen, "gu");

/** A name that somebody else's service tells, which the person cannot change there for us: what cannot be seen is left out. */
export const asPlainlySeen = (name: string, max = 100): string =>
  name.slice(0, max).replaceAll(unseenEverywhere, "").trim();
