/** Of an OpenAPI document what a page about it needs. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: boolean | Schema;
  readonly default?: unknown;
}

interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
}

interface Answer {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, Media>> };
  readonly responses?: Readonly<Record<string, Answer>>;
}

export interface ApiDocument {
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const deepest = 3;
const mostValues = 12;

const cell = (text: string): string => text.replaceAll("|", String.raw`\|`).replaceAll(/\s+/g, " ");

/** Writes what the operations of one tag of a document take and answer as Markdown. */
class Writer {
  readonly #document: ApiDocument;

  constructor(document: ApiDocument) {
    this.#document = document;
  }

  #resolve(schema: Schema): Schema {
    const name = schema.$ref?.split("/").at(-1);
    return name === undefined ? schema : (this.#document.components.schemas[name] ?? schema);
  }

  #choices(schema: Schema): readonly Schema[] | undefined {
    return schema.anyOf ?? schema.oneOf;
  }

  #typeOf(given: Schema): string {
    const schema = this.#resolve(given);
    const choices = this.#choices(schema);
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum !== undefined) {
      const shown = schema.enum.slice(0, mostValues).map((value) => JSON.stringify(value));
      return `${shown.join(", ")}${schema.enum.length > mostValues ? ", …" : ""}`;
    }
    if (choices !== undefined) return [...new Set(choices.map((choice) => this.#typeOf(choice)))].join(" or ");
    if (schema.items !== undefined) return `list of ${this.#typeOf(schema.items)}`;
    const type = typeof schema.type === "string" ? schema.type : (schema.type?.join(" or ") ?? "any");
    return type;
  }

  /** The fields of an object, of the objects in a list, or of each choice. */
  #fieldsOf(given: Schema): readonly (readonly [string, Schema, boolean])[] {
    const schema = this.#resolve(given);
    if (schema.items !== undefined) return this.#fieldsOf(schema.items);
    const choices = this.#choices(schema);
    if (choices !== undefined) {
      const found = new Map<string, readonly [string, Schema, boolean]>();
      for (const choice of choices)
        for (const field of this.#fieldsOf(choice)) if (!found.has(field[0])) found.set(field[0], field);
      return [...found.values()];
    }
    const required = new Set(schema.required);
    return Object.entries(schema.properties ?? {}).map(([name, field]) => [name, field, required.has(name)]);
  }

  #rows(given: Schema, before: string, depth: number): readonly string[] {
    return this.#fieldsOf(given).flatMap(([name, field, isRequired]) => {
      const schema = this.#resolve(field);
      const meaning = field.description ?? schema.description ?? "";
      const row = `| \`${before}${name}\`${isRequired ? "" : " (optional)"} | ${cell(this.#typeOf(field))} | ${cell(meaning)} |`;
      const inner = depth < deepest ? this.#rows(field, `${before}${name}${schema.items ? "[]" : ""}.`, depth + 1) : [];
      return [row, ...inner];
    });
  }

  #table(title: string, schema: Schema): readonly string[] {
    const rows = this.#rows(schema, "", 1);
    if (rows.length === 0) return [`**${title}**: ${this.#typeOf(schema)}.`, ""];
    return [`**${title}**`, "", "| Field | Type | Meaning |", "| --- | --- | --- |", ...rows, ""];
  }

  #parameters({ parameters = [] }: Operation): readonly string[] {
    if (parameters.length === 0) return [];
    const rows = parameters.map(
      ({ name, in: place, required, description, schema = {} }) =>
        `| \`${name}\`${required ? "" : " (optional)"} | ${place} | ${cell(this.#typeOf(schema))} | ${cell(description ?? schema.description ?? "")} |`,
    );
    return ["**Parameters**", "", "| Name | In | Type | Meaning |", "| --- | --- | --- | --- |", ...rows, ""];
  }

  #example(method: string, path: string, media: Media | undefined): readonly string[] {
    if (media?.example === undefined) return [];
    const origin = this.#document.servers?.[0]?.url.replace(/\/$/, "") || "http://localhost:3000";
    return [
      "```sh",
      `curl -X ${method.toUpperCase()} ${origin}${path} \\`,
      `  -H "Authorization: Bearer $NEXUS_API_KEY" -H "Content-Type: application/json" \\`,
      `  -d '${JSON.stringify(media.example)}'`,
      "```",
      "",
    ];
  }

  #answers({ responses = {} }: Operation): readonly string[] {
    const good = Object.entries(responses).filter(([status]) => status.startsWith("2"));
    const bad = Object.keys(responses).filter((status) => /^[45]/.test(status));
    return [
      ...good.flatMap(([status, { description = "", content = {} }]) => {
        const schema = Object.values(content)[0]?.schema;
        return schema === undefined
          ? [`**Answer ${status}**: ${description}.`, ""]
          : this.#table(`Answer ${status}`, schema);
      }),
      ...(bad.length === 0 ? [] : [`**Fails with** ${bad.join(", ")}: see [errors](/docs/errors).`, ""]),
    ];
  }

  #operation(method: string, path: string, operation: Operation): readonly string[] {
    const media = Object.values(operation.requestBody?.content ?? {})[0];
    return [
      `## ${operation.summary ?? operation.operationId}`,
      "",
      "```http",
      `${method.toUpperCase()} ${path}`,
      "```",
      "",
      `\`${operation.operationId}\`. ${operation.description ?? ""}`,
      "",
      ...this.#parameters(operation),
      ...this.#example(method, path, media),
      ...(media?.schema === undefined ? [] : this.#table("Request", media.schema)),
      ...this.#answers(operation),
    ];
  }

  /** Without a group, of all of the tag. */
  write(tag: string, title: string, group?: string): string {
    const description = this.#document.tags?.find(({ name }) => name === tag)?.description ?? "";
    return [
      `# ${title}`,
      "",
      description,
      "",
      ...operationsOf(this.#document, tag)
        .filter(({ path }) => group === undefined || groupAmong(groupsOf(this.#document, tag), path) === group)
        .flatMap(({ method, path, operation }) => this.#operation(method, path, operation)),
    ].join("\n");
  }
}

interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

const operationsOf = ({ paths }: ApiDocument, tag: string): readonly Placed[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.tags?.includes(tag))
      .map(([method, operation]) => ({ method, path, operation })),
  );

/** What an operation of a tag is about: `/api/payments/checkouts/…` is about checkouts. */
const aboutOf = (path: string): string => {
  const [, , , about = ""] = path.split("/");
  return about.startsWith("{") ? "" : about;
};

/** What more than one operation of a tag is about. */
const groupsOf = (document: ApiDocument, tag: string): readonly string[] =>
  [...Map.groupBy(operationsOf(document, tag), ({ path }) => aboutOf(path))]
    .flatMap(([about, operations]) => (about === "" || operations.length === 1 ? [] : [about]))
    .sort();

const groupAmong = (groups: readonly string[], path: string): string => {
  const about = aboutOf(path);
  return groups.includes(about) ? about : "";
};

/** More than a reader, and a page of 150 kB, takes in. */
const longestPage = 30_000;

/**
 * The reference of the operations of one tag, or of those of it that are about one thing; `""` names those that are about none of
 * the groups.
 */
export const referenceMarkdown = (document: ApiDocument, tag: string, title: string, group?: string): string =>
  new Writer(document).write(tag, title, group);

/** What the operations of a tag are about, where one page for all of them would be too long; otherwise nothing. */
export const referenceGroups = (document: ApiDocument, tag: string): readonly string[] =>
  referenceMarkdown(document, tag, tag).length <= longestPage ? [] : ["", ...groupsOf(document, tag)];
