import { z } from "zod";
import { Manifest } from "../../server/identity/catalogue/manifest.ts";
import { markdownTable } from "./table.ts";

type Schema = z.core.JSONSchema.BaseSchema;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;

/** The alternative that is not null, where null is one. */
const plain = (schema: Schema): { readonly schema: Schema; readonly nullable: boolean } => {
  const choices = (schema.anyOf ?? []).filter(isSchema);
  const [only] = choices.filter(({ type }) => type !== "null");
  return only === undefined
    ? { schema, nullable: false }
    : { schema: { ...only, description: schema.description ?? only.description }, nullable: choices.length > 1 };
};

const bounds = ({ maxLength, maxItems }: Schema): string[] => [
  ...(typeof maxLength === "number" ? [`at most ${maxLength} characters`] : []),
  ...(typeof maxItems === "number" ? [`at most ${maxItems}`] : []),
];

const ruleOf = (schema: Schema): string => {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.type === "array") {
    const of = isSchema(schema.items) && schema.items.type === "string" ? ` of ${ruleOf(schema.items)}` : "";
    return [`list${of}`, ...bounds(schema)].join(", ");
  }
  const form = schema.pattern === undefined ? String(schema.type) : `\`${schema.pattern}\``;
  return [form, ...bounds(schema)].join(", ");
};

const rowsOf = (path: string, whole: Schema, required: boolean): string[][] => {
  const { schema, nullable } = plain(whole);
  const rule = `${ruleOf(schema)}${nullable ? ", or null" : ""}${required ? "" : "; may be left out"}`;
  const inner = schema.type === "array" && isSchema(schema.items) ? schema.items : schema;
  const fields = Object.entries(inner.properties ?? {}).filter((entry): entry is [string, Schema] =>
    isSchema(entry[1]),
  );
  return [
    [`\`${path}\``, rule, schema.description ?? ""],
    ...fields.flatMap(([name, field]) => rowsOf(`${path}[].${name}`, field, inner.required?.includes(name) ?? false)),
  ];
};

/** docs/generated/manifest.md */
export const manifestPage = (): string => {
  const { properties = {}, required = [] } = z.toJSONSchema(Manifest, { io: "input" });
  return [
    "# The manifest of a service",
    "",
    "What a service says of itself: one JSON object, the one source of its rows in the registry. Unknown fields are refused. [How to register an app](../recipes/register-an-app.md).",
    "",
    markdownTable(
      ["Field", "Form", "What it is"],
      Object.entries(properties).flatMap(([name, field]) =>
        isSchema(field) ? rowsOf(name, field, required.includes(name)) : [],
      ),
    ),
    "",
    "Beyond the fields: a permission begins with the service's id; role bundles and API-key scopes name permissions of this list alone; only applications are launchable; a client id that begins with `srv_` is the service's own. A manifest that is uploaded, rather than checked in with the code, is a third party's: `first_party` and `default_access` are false, there are no origins, and addresses are public and https.",
    "",
  ].join("\n");
};
