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
  /** Of a value that fits none of several forms: what is wrong with it as each of them. */
  readonly errors?: readonly (readonly SchemaIssue[])[] | undefined;
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

/** It is another kind of thing, or has fields that this form does not know. */
const isOther = ({ path, code }: SchemaIssue): boolean =>
  path.length === 0 && (code === "invalid_type" || code === "unrecognized_keys");

/** Of a value that can only be meant as one of its forms, what is wrong with that. */
const asMeant = (issue: SchemaIssue): readonly SchemaIssue[] => {
  const [meant, ...others] = (issue.errors ?? []).filter((issues) => !issues.some(isOther));
  if (meant === undefined || others.length > 0) return [issue];
  return meant.flatMap(asMeant).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
};

/** What a schema found wrong, by field: an unknown one by its own name, and at most twenty. */
export const fieldIssues = (issues: readonly SchemaIssue[]): FieldIssue[] => {
  const first = issues.flatMap(asMeant).slice(0, maxIssues);
  return first
    .filter((issue) => isSaid(issue, first))
    .flatMap(wrongFields)
    .slice(0, maxIssues);
};
