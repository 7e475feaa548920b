import { isObject } from "./read-json.ts";
import type { JsonObject } from "./read-json.ts";

/** A kind of JSON value; `integer` is a whole `number`, `any` is not looked at. */
export type Kind = "string" | "number" | "integer" | "boolean" | "object" | "list" | "null" | "any";

/** An object with these fields and, unless it is open, no other. */
export interface ObjectShape {
  readonly fields: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly open?: boolean;
}

/** An object whose fields depend on the value of one of them. */
export interface Tagged {
  readonly tag: string;
  readonly of: Readonly<Record<string, ObjectShape>>;
  /** What an object without the tag is. */
  readonly untagged?: string;
  /** Whether paths into the object name what it is. */
  readonly inPath?: boolean;
}

/** What a vendor documents a value to be: a kind, one of these words, a list, an object, or any of several of these. */
export type Shape =
  | Kind
  | { readonly words: readonly string[] }
  | { readonly list: Shape }
  | ObjectShape
  | Tagged
  | Either;
export interface Either {
  readonly either: readonly Shape[];
}

export type Path = readonly (string | number)[];

/** Where a value is not of its shape, and how. */
export interface Misfit {
  readonly path: Path;
  readonly problem: "unknown" | "missing" | "kind" | "word" | "tag";
  /** The kinds or words that would do. */
  readonly wanted: readonly string[];
  readonly value: unknown;
}

export const optional = (shape: Shape): Either => ({ either: [shape, "null"] });

export function kindOf(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string" || typeof value === "boolean") return typeof value === "string" ? "string" : "boolean";
  return "object";
}

/** The kind of JSON value that a shape describes. */
function kindsOf(shape: Shape): readonly Kind[] {
  if (typeof shape === "string") return [shape];
  if ("either" in shape) return shape.either.flatMap(kindsOf);
  if ("words" in shape) return ["string"];
  return "list" in shape ? ["list"] : ["object"];
}

const accepts = (kind: Kind, value: unknown): boolean => {
  const given = kindOf(value);
  return kind === "any" || kind === given || (kind === "number" && given === "integer");
};

function inFields(
  { fields, required = [], open = false }: ObjectShape,
  value: JsonObject,
  path: Path,
): Misfit | undefined {
  for (const [name, held] of Object.entries(value)) {
    const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (shape === undefined && open) continue;
    const misfit: Misfit | undefined =
      shape === undefined
        ? { path: [...path, name], problem: "unknown", wanted: [], value: held }
        : findMisfit(shape, held, [...path, name]);
    if (misfit !== undefined) return misfit;
  }
  const missing = required.find((name) => value[name] === undefined);
  return missing === undefined
    ? undefined
    : { path: [...path, missing], problem: "missing", wanted: [], value: undefined };
}

function inTagged({ tag, of, untagged, inPath = false }: Tagged, value: JsonObject, path: Path): Misfit | undefined {
  const name = value[tag] ?? untagged;
  if (name === undefined) return { path: [...path, tag], problem: "missing", wanted: [], value: undefined };
  const fields = typeof name === "string" && Object.hasOwn(of, name) ? of[name] : undefined;
  return fields === undefined
    ? { path: [...path, tag], problem: "tag", wanted: Object.keys(of), value: name }
    : inFields(
        { ...fields, fields: { [tag]: "any", ...fields.fields } },
        value,
        inPath && typeof name === "string" ? [...path, name] : path,
      );
}

/** The first place where a value is not of its shape. */
export function findMisfit(shape: Shape, value: unknown, path: Path = []): Misfit | undefined {
  const wanted = kindsOf(shape);
  if (!wanted.some((kind) => accepts(kind, value))) return { path, problem: "kind", wanted, value };
  if (typeof shape === "string") return undefined;
  if ("either" in shape) {
    const fitting = shape.either.filter((one) => kindsOf(one).some((kind) => accepts(kind, value)));
    const misfits = fitting.map((one) => findMisfit(one, value, path));
    return misfits.includes(undefined) ? undefined : misfits.at(-1);
  }
  if ("words" in shape) {
    return typeof value === "string" && shape.words.includes(value)
      ? undefined
      : { path, problem: "word", wanted: shape.words, value };
  }
  if ("list" in shape) {
    for (const [index, item] of (Array.isArray(value) ? value : []).entries()) {
      const misfit = findMisfit(shape.list, item, [...path, index]);
      if (misfit !== undefined) return misfit;
    }
    return undefined;
  }
  if (!isObject(value)) return undefined;
  return "tag" in shape ? inTagged(shape, value, path) : inFields(shape, value, path);
}
