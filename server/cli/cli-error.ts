import { NexusError } from "../errors.ts";
import { AuthError } from "../identity/index.ts";
import { explainStartError } from "../process/explain-start-error.ts";

/** A mistake at the command line; the message says how to do it right. */
export class CliError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CliError";
  }
}

const notMigrated = new Set(["42P01", "3F000", "42883"]);

const issueLines = (issues: readonly { readonly field: string; readonly expected: string }[] = []): string =>
  issues.map(({ field, expected }) => `\n  ${field || "input"}: ${expected}`).join("");

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** The text for an error on the terminal. */
export const explain = (error: unknown, usesOwnDatabase: boolean): string => {
  if (NexusError.is(error)) {
    const message = error.code === "NOT_FOUND" ? "Nothing with that id was found." : error.message;
    return message + issueLines(error.issues);
  }
  if (AuthError.is(error)) return error.message + issueLines(error.issues);
  if (notMigrated.has(codeOf(error))) {
    return "The database does not have the tables of this version: start Topolo Nexus once, it brings them up to date.";
  }
  return explainStartError(error, usesOwnDatabase) ?? (error instanceof Error ? error.message : String(error));
};
