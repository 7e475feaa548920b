import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { projectRoot } from "../../platform/own-files.ts";

/** Passwords known from breaches or common otherwise, in lower case; those shorter than eight characters are not on it. */
export const commonPasswords: ReadonlySet<string> = new Set(
  gunzipSync(readFileSync(join(projectRoot, "server", "identity", "users", "common-passwords.txt.gz")))
    .toString("utf8")
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
    (password) => !commonPasswords.has(password.toLowerCase()),
    "a password that is not on the list of the most common ones",
  );
