import { z } from "zod";
import type { FieldIssue } from "../errors.ts";
import { expectationOf } from "./expectation-of.ts";

// Schemas that say nothing themselves are explained in these words, whoever parses with them.
z.config({ localeError: expectationOf });

/** As much of zod's issues as is read here. */
export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
  /** Of fields that the schema does not know; the message has a line for each. */
  readonly keys?: readonly string[] | undefined;
}

const maxIssues = 20;
const maxLength = 200;

const fieldOf = (path: readonly PropertyKey[]): string => path.map(String).join(".").slice(0, maxLength);

const wrongFields = ({ path, message, keys }: SchemaIssue): FieldIssue[] => {
  if (keys === undefined) return [{ field: fieldOf(path), expected: message.slice(0, maxLength) }];
  const lines = message.split("\n");
  return keys.slice(0, maxIssues).map((key, index) => ({
    field: fieldOf([...path, key]),
    expected: (lines[index] ?? "no such field").slice(0, maxLength),
  }));
};

/** Rules about length are asked of a value of another type, too. */
const isSaid = ({ path, code }: SchemaIssue, issues: readonly SchemaIssue[]): boolean =>
  code === "invalid_type" ||
  !issues.some((other) => other.code === "invalid_type" && fieldOf(other.path) === fieldOf(path));

/** What a schema found wrong, by field: an unknown one by its own name, and at most twenty. */
export const fieldIssues = (issues: readonly SchemaIssue[]): FieldIssue[] => {
  const first = issues.slice(0, maxIssues);
  return first
    .filter((issue) => isSaid(issue, first))
    .flatMap(wrongFields)
    .slice(0, maxIssues);
};
