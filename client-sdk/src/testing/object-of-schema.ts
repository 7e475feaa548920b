type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

const deepest = 16;

const pointedAt = (root: Schema, ref: string): unknown => {
  let at: unknown = root;
  for (const step of ref.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    at = isSchema(at) ? at[name] : Array.isArray(at) ? at[Number(name)] : undefined;
  }
  return at;
};

const namesOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === "string") : [];

const numberOf = (schema: Schema): number => {
  const { minimum, exclusiveMinimum, multipleOf } = schema;
  if (typeof minimum === "number") return minimum;
  if (typeof exclusiveMinimum === "number") return exclusiveMinimum + 1;
  return typeof multipleOf === "number" ? multipleOf : 1;
};

const madeOf = (schema: unknown, root: Schema, depth: number): unknown => {
  if (!isSchema(schema) || depth > deepest) return null;
  if ("const" in schema) return schema["const"];
  const chosen = firstOf(schema["enum"]);
  if (chosen !== undefined) return chosen;
  if (typeof schema["$ref"] === "string") return madeOf(pointedAt(root, schema["$ref"]), root, depth + 1);
  const branch = firstOf(schema["anyOf"]) ?? firstOf(schema["oneOf"]);
  if (branch !== undefined) return madeOf(branch, root, depth + 1);
  const type = Array.isArray(schema["type"]) ? firstOf(schema["type"]) : schema["type"];
  const { minItems, minLength, properties } = schema;
  switch (type) {
    case "string":
      return "text".padEnd(typeof minLength === "number" ? minLength : 0, "-");
    case "number":
    case "integer":
      return numberOf(schema);
    case "boolean":
      return true;
    case "array": {
      const length = typeof minItems === "number" ? minItems : 1;
      return Array.from({ length }, () => madeOf(schema["items"], root, depth + 1));
    }
    case "null":
      return null;
    default: {
      const own = isSchema(properties) ? properties : {};
      const names = new Set([...namesOf(schema["required"]), ...Object.keys(own)]);
      return Object.fromEntries([...names].map((name) => [name, madeOf(own[name], root, depth + 1)]));
    }
  }
};

/** A plain value of a JSON Schema, the same every time; patterns and what excludes are not looked at. */
export const objectOfSchema = (schema: Schema): unknown => madeOf(schema, schema, 0);
