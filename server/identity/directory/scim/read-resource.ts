import { findAttribute, type Attribute, type ResourceKind } from "./attributes.ts";
import { ScimError } from "./scim-error.ts";

export type Values = Readonly<Record<string, unknown>>;

const maxText = 1_000;
const maxValues = 50;

export const isJsonObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const invalid = (attribute: string, expected: string): ScimError =>
  new ScimError(400, `${attribute} must be ${expected}.`, "invalidValue");

const booleans: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ["true", true],
  ["false", false],
]);

/** A truth value, also as Entra ID writes it: "True". */
export const readBoolean = (value: unknown): boolean | undefined =>
  booleans.get(typeof value === "string" ? value.toLowerCase() : value);

const readText = (value: unknown, name: string): string => {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text.length > maxText) throw invalid(name, `a text of at most ${maxText} characters`);
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) throw invalid(name, "free of control characters");
  return text;
};

const readOne = (attribute: Attribute, value: unknown, name: string): unknown => {
  if (attribute.type === "string") return readText(value, name);
  if (attribute.type === "boolean") {
    const truth = readBoolean(value);
    if (truth === undefined) throw invalid(name, "true or false");
    return truth;
  }
  // A value on its own, as some clients send the manager.
  const object = isJsonObject(value) ? value : { value };
  return readValues(attribute.subAttributes ?? [], object, name);
};

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

const readAttribute = (attribute: Attribute, value: unknown, name: string, most: number): unknown => {
  if (attribute.multiValued !== true) return readOne(attribute, value, name);
  const values = Array.isArray(value) ? value : [value];
  if (values.length > most) throw invalid(name, `at most ${most} values`);
  return values.map((each) => readOne(attribute, each, name));
};

const readValues = (
  attributes: readonly Attribute[],
  values: Values,
  prefix: string,
  most: number = maxValues,
): Values => {
  const read = new Map<string, unknown>();
  for (const [key, value] of Object.entries(values)) {
    const attribute = findAttribute(attributes, key);
    // What is unknown, read-only or empty is as if it were not there (RFC 7643 §2.5).
    if (!attribute || attribute.readOnly === true || isEmpty(value)) continue;
    const name = prefix === "" ? attribute.name : `${prefix}.${attribute.name}`;
    if (read.has(attribute.name)) throw new ScimError(400, `${name} is given twice.`, "invalidSyntax");
    read.set(attribute.name, readAttribute(attribute, value, name, most));
  }
  return Object.fromEntries(read);
};

interface ReadOptions {
  /** Of a multi-valued attribute; 50 unless said otherwise. */
  readonly maxValues?: number;
}

/** The attributes of a resource as a client sent them, in their proper spelling and form; unknown ones are left out. */
export const readResource = (kind: ResourceKind, body: Values, { maxValues: most }: ReadOptions = {}): Values => {
  const core = readValues(kind.attributes, body, "", most);
  const { extension } = kind;
  const key = extension && Object.keys(body).find((name) => name.toLowerCase() === extension.schema.toLowerCase());
  const extended =
    extension && key !== undefined && isJsonObject(body[key]) ? readValues(extension.attributes, body[key], "") : {};
  for (const { name, required } of kind.attributes)
    if (required === true && core[name] === undefined) throw new ScimError(400, `${name} is required.`, "invalidValue");
  return extension && Object.keys(extended).length > 0 ? { ...core, [extension.schema]: extended } : core;
};
