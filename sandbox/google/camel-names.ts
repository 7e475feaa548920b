import { isObject } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import type { ObjectShape, Shape } from "../shape.ts";

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function renamed(shape: Shape, value: unknown): unknown {
  if (typeof shape === "string") return value;
  if ("list" in shape) return Array.isArray(value) ? value.map((one) => renamed(shape.list, one)) : value;
  return "fields" in shape && isObject(value) ? camelNames(shape, value) : value;
}

/** A body with the fields of its shape in camel case: protocol buffers are read with either spelling. */
export const camelNames = ({ fields }: ObjectShape, body: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      const known = Object.hasOwn(fields, name) ? name : camel(name);
      const shape = Object.hasOwn(fields, known) ? fields[known] : undefined;
      return shape === undefined ? [name, value] : [known, renamed(shape, value)];
    }),
  );
