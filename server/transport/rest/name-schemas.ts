import { portablePattern } from "../portable-pattern.ts";
import { namesOfGenerators } from "./names-of-generators.ts";

/** A value of JSON, as the document has it. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
type JsonObject = { readonly [key: string]: Json | undefined };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const prefix = "#/components/schemas/";

/** Any JSON: the generator writes it as a schema that contains itself, of which clients make nothing useful. */
const isAnyJson = (schema: Json | undefined, name: string): boolean =>
  name.startsWith("__schema") && isObject(schema) && JSON.stringify(schema).includes(`"${prefix}${name}"`);

const mapValues = (value: Json, change: (value: Json, key: string) => Json): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => change(item, ""));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, item === undefined ? item : change(item, key)]),
  );
};

/** Replaces references to schemas without a name. */
const nameAnyJson = (value: Json): Json => {
  if (isObject(value) && typeof value.$ref === "string" && value.$ref.startsWith(`${prefix}__schema`))
    return { $ref: `${prefix}JsonValue` };
  return mapValues(value, (item, key) =>
    key === "pattern" && typeof item === "string" ? portablePattern(item) : nameAnyJson(item),
  );
};

const pascal = (text: string): string =>
  // Bodies and answers are called so.
  (/^(?:input|output|response)$/.test(text) ? `${text}_value` : text)
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

const singular = (word: string): string =>
  word === "series" ? word : word.replace(/ies$/, "y").replace(/(?<=[^s])s$/, "");

/** Alone they say nothing of what they name. */
const plainWords: ReadonlySet<string> = new Set(
  "By Content Data Field Item Next Of Past Present Record Request Result Series Status Today Value".split(" "),
);

/** Objects with fields, and choices among such. Without a name generators invent one, such as `GenerateTextBodyToolsItem`. */
const deservesName = (value: Json): boolean =>
  isObject(value) &&
  ((isObject(value.properties) && Object.keys(value.properties).length > 0) ||
    (Array.isArray(value.oneOf) && value.oneOf.length > 1));

/** A list of words as one of several choices, most often beside null: `ServiceTierType0` without a name. */
const isListOfWords = (value: Json): boolean => isObject(value) && Array.isArray(value.enum) && value.enum.length > 1;

/** Of choices among choices one list. */
const flatChoices = (choices: Json): Json =>
  Array.isArray(choices)
    ? choices.flatMap((choice: Json) => {
        if (!isObject(choice) || !Array.isArray(choice.anyOf) || Object.keys(choice).length > 1) return [choice];
        const inside = flatChoices(choice.anyOf);
        return Array.isArray(inside) ? inside : [choice];
      })
    : choices;

class Names {
  readonly #byText = new Map<string, string>();
  readonly #taken = new Map<string, Json>();

  readonly #ofGenerators: ReadonlySet<string>;

  constructor(known: ReadonlyMap<string, Json>, ofGenerators: ReadonlySet<string>) {
    this.#ofGenerators = ofGenerators;
    for (const [name, schema] of known) this.#keep(name, schema);
  }

  #keep(name: string, schema: Json): string {
    this.#taken.set(name, schema);
    this.#byText.set(JSON.stringify(schema), name);
    return name;
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(name) && !this.#ofGenerators.has(name);
  }

  /** The name of a schema: the one it has, its own where that is free, or that of where it stands. */
  nameOf(schema: Json, own: string, within: string): string {
    const known = this.#byText.get(JSON.stringify(schema));
    if (known !== undefined) return known;
    if (this.#isFree(own) && !plainWords.has(own)) return this.#keep(own, schema);
    const full = own.startsWith(within) ? own : `${within}${own}`;
    const stem = this.#ofGenerators.has(full) ? `${full}Value` : full;
    for (let turn = 1; ; turn += 1) {
      const name = `${stem}${turn === 1 ? "" : turn}`;
      if (this.#isFree(name)) return this.#keep(name, schema);
    }
  }

  all(): Readonly<Record<string, Json>> {
    return Object.fromEntries([...this.#taken].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Gives the objects inside a schema names of their own, the innermost first. */
const nameInside = (schema: Json, names: Names, key: string, within: string): Json => {
  const inside = mapValues(schema, (value, at) => {
    if (at === "items") return nameInside(value, names, singular(key), within);
    if (at === "properties" && isObject(value))
      return mapValues(value, (field, name) => nameInside(field, names, name, within));
    if (at === "anyOf" || at === "oneOf" || at === "allOf")
      return mapValues(flatChoices(value), (choice) => {
        const name = answerName(choice, key === "" ? within : undefined) ?? choiceName(choice, key);
        const named = nameInside(choice, names, name, within);
        return key !== "" && isListOfWords(named)
          ? { $ref: `${prefix}${names.nameOf(named, pascal(name), within)}` }
          : named;
      });
    if (at === "additionalProperties" && isObject(value)) return nameInside(value, names, singular(key), within);
    return value;
  });
  return key !== "" && deservesName(inside)
    ? { $ref: `${prefix}${names.nameOf(inside, pascal(key), within)}` }
    : inside;
};

/** Of choices told apart by `type` or `role` each is named after its own. */
const choiceName = (choice: Json, key: string): string => {
  if (!isObject(choice) || !isObject(choice.properties)) return key;
  const { type, role, event } = choice.properties;
  const kind = [type, role, event].find((field) => isObject(field) && typeof field.const === "string");
  return isObject(kind) && typeof kind.const === "string" ? `${kind.const}_${key}` : key;
};

const constOf = (properties: JsonObject, name: string): Json | undefined => {
  const { [name]: field } = properties;
  return isObject(field) ? field.const : undefined;
};

/** Of answers that are one of several each is named after what it says happened; `act` is the whole answer of that operation. */
const answerName = (choice: Json, act: string | undefined): string | undefined => {
  if (!isObject(choice) || !isObject(choice.properties)) return undefined;
  const { properties } = choice;
  const effect = constOf(properties, "effect");
  if (typeof effect !== "string") return undefined;
  if (constOf(properties, "dryRun") === true) return "dry_run_answer";
  const status = constOf(properties, "status");
  if (typeof status === "string") return `${status}_answer`;
  return act === undefined ? undefined : `${act}_${effect}`;
};

const asObject = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/** What has a name, and text or a file, which need none: as components they would be called after whatever comes first. */
const isPlain = (schema: Json): boolean =>
  isObject(schema) && ("$ref" in schema || (schema.type === "string" && schema.enum === undefined));

const bodyOf = (holder: JsonObject, names: Names, name: string, within: string): JsonObject => {
  const content = asObject(holder.content);
  const named = Object.entries(content).map(([type, media]) => {
    const { schema, ...rest } = asObject(media);
    if (schema === undefined) return [type, media];
    const inside = nameInside(schema, names, "", within);
    const ofType = type === "application/json" ? name : `${within}${pascal(type.replace(/^\w+\/(?:x-)?/, ""))}`;
    return [
      type,
      { ...rest, schema: isPlain(inside) ? inside : { $ref: `${prefix}${names.nameOf(inside, ofType, within)}` } },
    ];
  });
  return { ...holder, content: Object.fromEntries(named) };
};

const nameOperation = (operation: JsonObject, names: Names): JsonObject => {
  const { requestBody, responses, ...rest } = operation;
  const within = typeof rest.operationId === "string" ? pascal(rest.operationId) : "";
  const body = isObject(requestBody) ? { requestBody: bodyOf(requestBody, names, `${within}Input`, within) } : {};
  const answers = Object.entries(asObject(responses)).map(([status, answer]) => [
    status,
    status.startsWith("2") && isObject(answer) && isObject(answer.content)
      ? bodyOf(answer, names, `${within}Output`, within)
      : answer,
  ]);
  return { ...rest, ...body, responses: Object.fromEntries(answers) };
};

/** The document is plain JSON: what it was made of had no functions and no dates. */
const asJson = (document: object): JsonObject => JSON.parse(JSON.stringify(document)) as JsonObject;

const methods: ReadonlySet<string> = new Set(["get", "post", "put", "patch", "delete"]);

const operationIdsOf = (paths: JsonObject): readonly string[] =>
  Object.values(paths).flatMap((item) =>
    Object.values(asObject(item)).flatMap((operation) => {
      const { operationId } = asObject(operation);
      return typeof operationId === "string" ? [operationId] : [];
    }),
  );

/**
 * Gives every body, every answer and every object inside them a name of its own among the components; the same schema has the
 * same name wherever it stands. Generators make classes of them.
 */
export const nameSchemas = <T extends object>(document: T): T => {
  const plain = asJson(document);
  const components = asObject(plain.components);
  const known = new Map<string, Json>([
    ["JsonValue", { description: "Any JSON value" }],
    ...Object.entries(asObject(components.schemas)).flatMap(([name, schema]): [string, Json][] =>
      schema === undefined || isAnyJson(schema, name) ? [] : [[name, nameAnyJson(schema)]],
    ),
  ]);
  const names = new Names(known, namesOfGenerators(operationIdsOf(asObject(plain.paths))));
  const paths = mapValues(asObject(nameAnyJson(asObject(plain.paths))), (item) =>
    mapValues(item, (operation, method) =>
      methods.has(method) && isObject(operation) ? nameOperation(operation, names) : operation,
    ),
  );
  const schemas = names.all();
  const { JsonValue: _, ...others } = schemas;
  const isAnyJsonUsed = JSON.stringify([paths, others]).includes(`"${prefix}JsonValue"`);
  // It has the form of what came in, with references in place of some schemas.
  return Object.assign(document, {
    paths,
    components: { ...components, schemas: isAnyJsonUsed ? schemas : others },
  });
};
