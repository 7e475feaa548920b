import { scimPatch, type ScimPatchOperation, type ScimResource } from "scim-patch";
import { parse, type Filter } from "scim2-parse-filter";
import { findAttribute, type Attribute, type ResourceKind } from "./attributes.ts";
import { isJsonObject, readBoolean, type Values } from "./read-resource.ts";
import { ScimError } from "./scim-error.ts";

// The library applies operations. What it is given is rebuilt here from the attributes we know: it compares names by
// case and would follow any path, `__proto__` too.

const patchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const maxOperations = 200;

const invalidPath = (path: string): ScimError =>
  new ScimError(400, `No attribute is at ${path.slice(0, 100)}.`, "invalidPath");

const pathForm = /^(?<name>[A-Za-z$][\w$-]*)(?:\[(?<filter>[^\]]{1,300})\])?(?:\.(?<sub>[A-Za-z$][\w$-]*))?$/;

/** Which values of a multi-valued attribute are meant, rebuilt: comparisons of known parts for equality. */
const filterText = (filter: Filter, attribute: Attribute, path: string): string => {
  if (filter.op === "and") return filter.filters.map((each) => filterText(each, attribute, path)).join(" and ");
  if (filter.op !== "eq") throw invalidPath(path);
  const part = findAttribute(attribute.subAttributes ?? [], filter.attrPath);
  if (!part) throw invalidPath(path);
  const value = part.type === "boolean" ? readBoolean(filter.compValue) : filter.compValue;
  if (typeof value === "string" && /["\\]/.test(value)) throw invalidPath(path);
  return `${part.name} eq ${JSON.stringify(value ?? "")}`;
};

const readFilter = (text: string, attribute: Attribute, path: string): string => {
  let filter: Filter;
  try {
    filter = parse(text);
  } catch {
    throw invalidPath(path);
  }
  return filterText(filter, attribute, path);
};

interface Target {
  /** As the library takes it. */
  readonly path: string;
  readonly attribute: Attribute;
}

/** The attribute in a path, rebuilt from known names; undefined where there is none. */
const targetIn = (attributes: readonly Attribute[], path: string, prefix: string): Target | undefined => {
  const { name = "", filter, sub } = pathForm.exec(path)?.groups ?? {};
  const attribute = findAttribute(attributes, name);
  const part = sub === undefined ? undefined : findAttribute(attribute?.subAttributes ?? [], sub);
  if (!attribute || (sub !== undefined && !part)) return undefined;
  if (filter !== undefined && attribute.multiValued !== true) return undefined;
  const chosen = filter === undefined ? "" : `[${readFilter(filter, attribute, path)}]`;
  return {
    path: `${prefix}${attribute.name}${chosen}${part ? `.${part.name}` : ""}`,
    attribute: part ?? (filter === undefined ? attribute : { ...attribute, multiValued: false }),
  };
};

const after = (path: string, schema: string): string | undefined =>
  path.toLowerCase().startsWith(`${schema.toLowerCase()}:`) ? path.slice(schema.length + 1) : undefined;

const findTarget = ({ schema, attributes, extension }: ResourceKind, path: string): Target | undefined => {
  const inExtension = extension && after(path, extension.schema);
  if (extension && inExtension !== undefined)
    return targetIn(extension.attributes, inExtension, `${extension.schema}:`);
  return targetIn(attributes, after(path, schema) ?? path, "");
};

/** A value with its parts in their proper spelling; what is unknown is left out. */
const spelled = (attribute: Attribute, value: unknown): unknown => {
  if (attribute.type !== "complex") {
    if (isJsonObject(value)) throw new ScimError(400, `${attribute.name} has no parts.`, "invalidValue");
    return attribute.type === "boolean" ? (readBoolean(value) ?? value) : value;
  }
  if (Array.isArray(value)) return value.map((each) => spelled(attribute, each));
  if (!isJsonObject(value)) return value === null || value === undefined ? value : { value };
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => {
      const known = findAttribute(attribute.subAttributes ?? [], key);
      return known ? [[known.name, spelled(known, part)] as const] : [];
    }),
  );
};

type Op = "add" | "replace" | "remove";

const operationOn = (op: Op, { path, attribute }: Target, value: unknown): ScimPatchOperation => {
  const many = attribute.multiValued === true && !path.endsWith("]");
  const given = spelled(attribute, many && value !== undefined && !Array.isArray(value) ? [value] : value);
  // No value is what an attribute without one has (RFC 7643 §2.5).
  if (given === null) return { op: "remove", path };
  if (op === "remove") return given === undefined ? { op, path } : { op, path, value: given };
  return { op, path, value: given };
};

/** The extension as a whole, which is each of its attributes. */
const wholeExtension = (kind: ResourceKind, op: Op, value: unknown): ScimPatchOperation[] => {
  const { schema = "", attributes = [] } = kind.extension ?? {};
  const removed = attributes.map(({ name }) => ({ op: "remove" as const, path: `${schema}:${name}` }));
  if (op === "remove") return removed;
  const given = pathless(kind, op, { [schema]: value });
  return op === "replace" ? [...removed, ...given] : given;
};

/** Attributes without a path: one operation each. Unknown ones are passed over, as in a whole resource. */
const pathless = (kind: ResourceKind, op: Op, value: unknown): ScimPatchOperation[] => {
  if (!isJsonObject(value))
    throw new ScimError(400, "An operation without a path needs an object as its value.", "invalidValue");
  return Object.entries(value).flatMap(([key, part]) => {
    const { extension } = kind;
    if (extension && key.toLowerCase() === extension.schema.toLowerCase() && isJsonObject(part))
      return Object.entries(part).flatMap(([name, each]) => {
        const target = findTarget(kind, `${extension.schema}:${name}`);
        return target ? [operationOn(op, target, each)] : [];
      });
    const target = findTarget(kind, key);
    return target ? [operationOn(op, target, part)] : [];
  });
};

const readOnly: ReadonlySet<string> = new Set(["id", "meta", "schemas", "groups"]);

const readOperation = (kind: ResourceKind, operation: unknown): ScimPatchOperation[] => {
  if (!isJsonObject(operation)) throw new ScimError(400, "An operation must be an object.", "invalidSyntax");
  const op = typeof operation["op"] === "string" ? operation["op"].toLowerCase() : "";
  if (op !== "add" && op !== "replace" && op !== "remove")
    throw new ScimError(400, "op must be add, replace or remove.", "invalidSyntax");
  const { path, value } = operation;
  if (path === undefined || path === null || path === "") {
    if (op === "remove") throw new ScimError(400, "remove needs a path.", "noTarget");
    return pathless(kind, op, value);
  }
  if (typeof path !== "string" || path.length > 500) throw invalidPath(typeof path === "string" ? path : typeof path);
  const plain = (after(path, kind.schema) ?? path).toLowerCase();
  if (plain === "password") return [];
  if (readOnly.has(plain.split(/[.[]/, 1)[0] ?? ""))
    throw new ScimError(400, `${path} cannot be changed.`, "mutability");
  if (path.toLowerCase() === kind.extension?.schema.toLowerCase()) {
    if (op !== "remove" && !isJsonObject(value))
      throw new ScimError(400, `${path} needs an object as its value.`, "invalidValue");
    return wholeExtension(kind, op, value);
  }
  const target = findTarget(kind, path);
  if (!target) throw invalidPath(path);
  if (op !== "remove" && value === undefined) throw new ScimError(400, `${op} needs a value.`, "invalidValue");
  return [operationOn(op, target, value)];
};

const listOf = (body: Values): readonly unknown[] => {
  const key = Object.keys(body).find((name) => name.toLowerCase() === "operations");
  const operations = key === undefined ? undefined : body[key];
  const { schemas } = body;
  if (!Array.isArray(schemas) || !schemas.some((name) => String(name).toLowerCase() === patchSchema.toLowerCase()))
    throw new ScimError(400, `schemas must name ${patchSchema}.`, "invalidSyntax");
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > maxOperations)
    throw new ScimError(400, `Operations must have 1 to ${maxOperations} entries.`, "invalidSyntax");
  return operations;
};

/** The resource after the operations of a PATCH, in the forms of RFC 7644, of Entra ID and of Okta. */
export const patchResource = (kind: ResourceKind, resource: Values, body: Values): Values => {
  const operations = listOf(body).flatMap((operation) => readOperation(kind, operation));
  const never = new Date(0);
  const meta = { created: never, lastModified: never };
  const start: ScimResource & Values = { ...structuredClone(resource), schemas: [kind.schema], meta };
  try {
    return scimPatch(start, operations);
  } catch (error) {
    if (error instanceof Error && !(error instanceof TypeError))
      throw new ScimError(400, error.message.slice(0, 200), "invalidValue");
    throw error;
  }
};
