import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { NexusError, type FieldIssue } from "../../../errors.ts";
import { requirePlainSchema } from "./require-plain-schema.ts";
import { withinTime } from "./within-time.ts";

// Schemas and answers of the sizes that are let in take a hundredth of this, patterns that go astray aside. It is time on
// the clock, and a busy machine must not make anybody's answer invalid.
const compileMs = 1_000;
const checkMs = 500;
const maxIssues = 20;

const openAjv = (): Ajv2020 => {
  const opened = new Ajv2020({
    strict: false,
    allErrors: true,
    // Annotations, as JSON Schema has them by default.
    validateFormats: false,
    addUsedSchema: false,
    logger: false,
  });
  // The schema of schemas is compiled here, outside anybody's time.
  void opened.validateSchema({});
  return opened;
};

let ajv: Ajv2020 | undefined;

const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? String(value);

const expectedOf = ({ keyword, params, message = "something else" }: ErrorObject): string => {
  const { allowedValues, allowedValue } = params;
  if (keyword === "required" || keyword === "dependentRequired") return "present";
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") return "absent";
  if (keyword === "enum" && Array.isArray(allowedValues)) return `one of ${shown(allowedValues)}`;
  if (keyword === "const") return shown(allowedValue);
  return message.replace(/^must (be )?/, "");
};

/** Of a member that is missing, or one too many, by its own name. */
const memberOf = ({ params }: ErrorObject): string | undefined => {
  const { missingProperty, additionalProperty, unevaluatedProperty } = params;
  const member: unknown = missingProperty ?? additionalProperty ?? unevaluatedProperty;
  return typeof member === "string" ? member : undefined;
};

const pathOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));

const issueOf = (root: string, error: ErrorObject): FieldIssue => {
  const member = memberOf(error);
  const path = [root, ...pathOf(error.instancePath), ...(member === undefined ? [] : [member])];
  return { field: path.join(".").slice(0, 200), expected: expectedOf(error).slice(0, 400) };
};

/** The keywords that only say that another one within them failed. */
const summaries: ReadonlySet<string> = new Set(["anyOf", "oneOf", "if", "allOf"]);

const issuesOf = (root: string, errors: readonly ErrorObject[] = []): readonly FieldIssue[] => {
  const causes = errors.filter(({ keyword }) => !summaries.has(keyword));
  return (causes.length === 0 ? errors : causes).slice(0, maxIssues).map((error) => issueOf(root, error));
};

const invalidSchema = (issues: readonly FieldIssue[]): NexusError => new NexusError("INVALID_INPUT", { issues });

type Read = { readonly object: unknown } | { readonly issues: readonly FieldIssue[] };

const fence = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/;

/** The text as JSON; models that are asked in words like to put it into a fence. */
const parsed = (text: string): Read => {
  const bare = text.trim();
  const json = fence.exec(bare)?.[1] ?? bare;
  try {
    return { object: JSON.parse(json) };
  } catch {
    return { issues: [{ field: "object", expected: bare === "" ? "present" : "valid JSON" }] };
  }
};

const compileWith = (validator: Ajv2020, schema: Readonly<Record<string, unknown>>, field: string) =>
  withinTime(compileMs, () => {
    if (validator.validateSchema(schema) !== true) throw invalidSchema(issuesOf(field, validator.errors ?? []));
    return validator.compile(schema);
  });

const compiled = (schema: Readonly<Record<string, unknown>>, field: string): ValidateFunction => {
  const plain = requirePlainSchema(schema, field);
  const validator = (ajv ??= openAjv());
  try {
    const made = compileWith(validator, plain, field);
    if (made !== undefined) return made.value;
    // Stopped in the midst of its work, it is not to be trusted with another schema.
    ajv = undefined;
    throw invalidSchema([{ field, expected: `a schema that is understood within ${compileMs} ms` }]);
  } catch (error) {
    if (NexusError.is(error)) throw error;
    // Such as a reference to nothing, or a pattern that is no regular expression: the message quotes the schema alone.
    const expected = error instanceof Error ? error.message.slice(0, 200) : "a JSON schema";
    throw invalidSchema([{ field, expected: `a schema that can be followed: ${expected}` }]);
  } finally {
    validator.removeSchema(plain);
  }
};

/** Reads an answer of a model as an object that fits the schema, or tells by path what does not. */
export type ObjectChecker = (text: string) => Read;

/** Throws INVALID_INPUT for a schema that is none, reaches outside itself, or takes too long. */
export const objectChecker = (schema: Readonly<Record<string, unknown>>, field: string): ObjectChecker => {
  const fits = compiled(schema, field);
  return (text) => {
    const read = parsed(text);
    if (!("object" in read)) return read;
    const checked = withinTime(checkMs, () => fits(read.object));
    if (checked?.value === true) return read;
    const issues =
      checked === undefined
        ? [{ field: "object", expected: `something that the schema's patterns check within ${checkMs} ms` }]
        : issuesOf("object", fits.errors ?? []);
    return { issues };
  };
};
