import { NexusError } from "../errors.ts";
import { AuthError } from "../identity/index.ts";
import { formatUsd } from "../platform/format-usd.ts";
import { explainStartError } from "../process/explain-start-error.ts";

/** A mistake at the command line; the message says how to do it right. */
export class CliError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CliError";
  }
}

const notMigrated = new Set(["42P01", "3F000", "42883"]);

interface Issue {
  readonly field: string;
  readonly expected: string;
}

/** Amounts are typed in USD: `limitNanos` of the API is the limit here. */
const asTyped = ({ field, expected }: Issue): Issue => {
  const amount = /^(\w+)Nanos$/.exec(field)?.[1];
  if (amount === undefined) return { field: field || "input", expected };
  const inUsd = expected.replaceAll(/\b\d{4,}\b/g, (nanos) => `${formatUsd(BigInt(nanos))} USD`);
  return { field: amount.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), expected: inUsd };
};

const issueLines = (issues: readonly Issue[] = []): string =>
  issues
    .map(asTyped)
    .map(({ field, expected }) => `\n  ${field}: ${expected}`)
    .join("");

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
