import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const common: ReadonlySet<string> = new Set(
  readFileSync(join(import.meta.dirname, "common-passwords.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== ""),
);

const lengthOf = (password: string): number => [...password].length;

/** A password as it was sent: never trimmed, never normalised. */
export const presentedPassword = z
  .string()
  .min(1)
  .max(1_024)
  .refine((password) => password.isWellFormed(), "well-formed text");

/** A password someone chooses: 8 to 256 characters, not a well-known one, no rules of composition. */
export const chosenPassword = z
  .string()
  .refine((password) => password.isWellFormed(), "well-formed text")
  .refine((password) => lengthOf(password) >= 8 && lengthOf(password) <= 256, "8 to 256 characters")
  .refine(
    (password) => !common.has(password.toLowerCase()),
    "a password that is not on the list of the most common ones",
  );
