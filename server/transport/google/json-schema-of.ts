type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const deepest = 32;

const typeOf = ({ type, nullable }: Schema): unknown => {
  const named = typeof type === "string" ? type.toLowerCase() : type;
  if (named === undefined || named === "type_unspecified") return undefined;
  return nullable === true ? [named, "null"] : named;
};

/** Counts are 64-bit numbers there, which JSON writes as text. */
const counted: ReadonlySet<string> = new Set([
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "minProperties",
  "maxProperties",
]);

/** Of OpenAPI's vocabulary, what JSON Schema says otherwise or not at all. */
const dropped: ReadonlySet<string> = new Set(["type", "nullable", "propertyOrdering", "example"]);

const spelling: Readonly<Record<string, string>> = {
  any_of: "anyOf",
  min_items: "minItems",
  max_items: "maxItems",
  min_length: "minLength",
  max_length: "maxLength",
  min_properties: "minProperties",
  max_properties: "maxProperties",
  property_ordering: "propertyOrdering",
};

const memberOf = (keyword: string, value: unknown, depth: number): unknown => {
  if (keyword === "properties" && isSchema(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, schemaAt(one, depth + 1)]));
  if (keyword === "items" || keyword === "additionalProperties") return schemaAt(value, depth + 1);
  if (keyword === "anyOf" && Array.isArray(value)) return value.map((one) => schemaAt(one, depth + 1));
  return counted.has(keyword) && typeof value === "string" ? Number(value) : value;
};

const schemaAt = (schema: unknown, depth: number): unknown => {
  if (!isSchema(schema) || depth > deepest) return schema;
  const type = typeOf(schema);
  const members = Object.entries(schema).flatMap(([name, value]) => {
    const keyword = spelling[name] ?? name;
    return dropped.has(keyword) ? [] : [[keyword, memberOf(keyword, value, depth)] as const];
  });
  return { ...(type === undefined ? {} : { type }), ...Object.fromEntries(members) };
};

/** Google's selection of OpenAPI's schema (types in capitals, `nullable`) as JSON Schema. */
export const jsonSchemaOf = (schema: Schema): Schema => {
  const translated = schemaAt(schema, 0);
  return isSchema(translated) ? translated : {};
};
