import type { FieldIssue } from "../../../errors.ts";
import { NexusError } from "../../../errors.ts";

type Schema = Readonly<Record<string, unknown>>;

const maxBytes = 128 * 1024;
const maxSchemas = 2_000;
const maxPatternChars = 500;

/** Keywords whose members are schemas by names of the caller's. */
const named: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);

/** Keywords that hold values, not schemas. */
const data: ReadonlySet<string> = new Set(["enum", "const", "default", "examples", "required", "dependentRequired"]);

/** Keywords that would load, name or run something beyond the schema itself. */
const foreign: ReadonlySet<string> = new Set([
  "$id",
  "id",
  "$async",
  "$vocabulary",
  "$recursiveRef",
  "$recursiveAnchor",
]);

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refuse = (...issues: readonly FieldIssue[]): never => {
  throw new NexusError("INVALID_INPUT", { issues });
};

/** A schema's parts, each with its path. */
function* partsOf(schema: unknown, at: string): Generator<readonly [string, Schema], void, void> {
  if (Array.isArray(schema)) {
    for (const [index, part] of schema.entries()) yield* partsOf(part, `${at}.${index}`);
    return;
  }
  if (!isSchema(schema)) return;
  yield [at, schema];
  for (const [keyword, value] of Object.entries(schema)) {
    if (data.has(keyword)) continue;
    if (!named.has(keyword)) yield* partsOf(value, `${at}.${keyword}`);
    else if (isSchema(value))
      for (const [name, part] of Object.entries(value)) yield* partsOf(part, `${at}.${keyword}.${name}`);
  }
}

const requireOwn = (at: string, part: Schema): void => {
  for (const keyword of ["$ref", "$dynamicRef"]) {
    const ref = part[keyword];
    if (ref !== undefined && !(typeof ref === "string" && ref.startsWith("#")))
      refuse({ field: `${at}.${keyword}`, expected: "a reference within the schema, which begins with #" });
  }
  for (const keyword of Object.keys(part))
    if (foreign.has(keyword)) refuse({ field: `${at}.${keyword}`, expected: "absent" });
  const patterns = [
    part["pattern"],
    ...Object.keys(isSchema(part["patternProperties"]) ? part["patternProperties"] : {}),
  ];
  if (patterns.some((pattern) => typeof pattern === "string" && pattern.length > maxPatternChars))
    refuse({ field: `${at}.pattern`, expected: `at most ${maxPatternChars} characters` });
};

/** The schema without what only names it, once it is known to be small and to reach for nothing outside itself. */
export const requirePlainSchema = ({ $schema: _dialect, $id: _name, ...schema }: Schema, field: string): Schema => {
  if (Buffer.byteLength(JSON.stringify(schema)) > maxBytes)
    refuse({ field, expected: `at most ${maxBytes} bytes of JSON` });
  let count = 0;
  for (const [at, part] of partsOf(schema, field)) {
    count += 1;
    if (count > maxSchemas) refuse({ field, expected: `at most ${maxSchemas} schemas within each other` });
    requireOwn(at, part);
  }
  return schema;
};

const namesOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What vendors demand of a schema that they enforce: every property required, and no other allowed. */
export const canBeEnforced = (schema: Schema): boolean => {
  for (const [, part] of partsOf(schema, "")) {
    if (part["type"] !== "object" && !("properties" in part)) continue;
    if (part["additionalProperties"] !== false) return false;
    const required = namesOf(part["required"]);
    const properties = isSchema(part["properties"]) ? Object.keys(part["properties"]) : [];
    if (!properties.every((name) => required.includes(name))) return false;
  }
  return true;
};
