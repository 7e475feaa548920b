import { isObject, listOf, finiteNumberOf, objectOf, stringOf } from "./read-json.ts";
import type { JsonObject } from "./read-json.ts";

const formats: Record<string, string> = {
  "date-time": "2026-01-15T09:30:00Z",
  date: "2026-01-15",
  time: "09:30:00Z",
  duration: "PT15M",
  email: "ada@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/sample",
  url: "https://example.com/sample",
  uuid: "019a0000-0000-7000-8000-000000000001",
};

function lookUp(reference: string, root: JsonObject): JsonObject {
  if (!reference.startsWith("#")) return {};
  let node: unknown = root;
  for (const step of reference.split("/").slice(1)) {
    node = objectOf(node)[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return objectOf(node);
}

function resolve(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  if (depth > 32) return {};
  if (typeof schema["$ref"] === "string") {
    const { $ref, ...beside } = schema;
    return resolve({ ...lookUp(stringOf($ref), root), ...beside }, root, depth + 1);
  }
  const all = listOf(schema["allOf"]);
  if (all.length === 0) return schema;
  const { allOf: _, ...merged } = schema;
  const properties: JsonObject = { ...objectOf(schema["properties"]) };
  const required = [...listOf(schema["required"])];
  for (const part of all) {
    const one = resolve(objectOf(part), root, depth + 1);
    Object.assign(properties, objectOf(one["properties"]));
    required.push(...listOf(one["required"]));
    Object.assign(merged, one);
  }
  return Object.keys(properties).length > 0 ? { ...merged, properties, required } : merged;
}

function makeString(schema: JsonObject, name: string): string {
  const format = formats[stringOf(schema["format"])];
  if (format !== undefined) return format;
  const minimum = finiteNumberOf(schema["minLength"]) ?? 0;
  const maximum = finiteNumberOf(schema["maxLength"]) ?? Number.POSITIVE_INFINITY;
  const text = `Sample ${name.replaceAll(/[_-]+/g, " ")}`;
  return [...text.padEnd(Math.min(minimum, 100_000), ".")].slice(0, maximum).join("");
}

function makeNumber(schema: JsonObject, whole: boolean): number {
  const step = finiteNumberOf(schema["multipleOf"]) ?? (whole ? 1 : 0);
  const above = finiteNumberOf(schema["exclusiveMinimum"]);
  const below = finiteNumberOf(schema["exclusiveMaximum"]);
  const edge = step || 0.5;
  const low = finiteNumberOf(schema["minimum"]) ?? (above === undefined ? undefined : above + edge);
  const high = finiteNumberOf(schema["maximum"]) ?? (below === undefined ? undefined : below - edge);
  let value = low ?? (high === undefined ? 1 : Math.min(1, high));
  if (step > 0) value = Math.ceil(value / step) * step;
  if (high !== undefined && value > high) {
    value = step > 0 ? Math.floor(high / step) * step : low === undefined ? high : (low + high) / 2;
  }
  return value;
}

function makeObject(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const required = new Set(listOf(schema["required"]));
  const made: JsonObject = {};
  for (const [name, property] of Object.entries(objectOf(schema["properties"]))) {
    // Optional branches stop early, so that a recursive schema ends.
    if (depth > 4 && !required.has(name)) continue;
    made[name] = make(objectOf(property), root, depth + 1, name);
  }
  return made;
}

function makeArray(schema: JsonObject, root: JsonObject, depth: number, name: string): unknown[] {
  const fixed = listOf(schema["prefixItems"]).map((item) => make(objectOf(item), root, depth + 1, name));
  const least = finiteNumberOf(schema["minItems"]) ?? (depth > 4 ? 0 : 1);
  const length = Math.min(least, finiteNumberOf(schema["maxItems"]) ?? least, 1_000);
  const items = isObject(schema["items"]) ? schema["items"] : {};
  while (fixed.length < length) fixed.push(make(items, root, depth + 1, `${name} ${fixed.length + 1}`));
  return fixed;
}

function typeOf(schema: JsonObject): string {
  const { type } = schema;
  if (Array.isArray(type)) return stringOf(type.find((one) => one !== "null") ?? "null").toLowerCase();
  if (typeof type === "string") return type.toLowerCase();
  if ("properties" in schema) return "object";
  return "items" in schema ? "array" : "string";
}

function make(given: JsonObject, root: JsonObject, depth: number, name: string): unknown {
  if (depth > 40) return null;
  const schema = resolve(given, root, 0);
  if ("const" in schema) return schema["const"];
  const choice = listOf(schema["enum"])[0];
  if (choice !== undefined) return choice;
  const variants = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])].map(objectOf);
  if (variants.length > 0) {
    const variant = variants.find((one) => one["type"] !== "null") ?? {};
    const nullable = depth > 8 && variants.some((one) => one["type"] === "null");
    return nullable ? null : make({ ...schema, anyOf: [], oneOf: [], ...variant }, root, depth + 1, name);
  }
  switch (typeOf(schema)) {
    case "object":
      return makeObject(schema, root, depth);
    case "array":
      return makeArray(schema, root, depth, name);
    case "integer":
      return makeNumber(schema, true);
    case "number":
      return makeNumber(schema, false);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return makeString(schema, name);
  }
}

/**
 * A small value that fits a JSON Schema: objects with all their properties, arrays with one item, first enum values.
 * `pattern`, `not` and conditional keywords are not followed.
 */
export const generateInstance = (schema: JsonObject): unknown => make(schema, schema, 0, "text");
