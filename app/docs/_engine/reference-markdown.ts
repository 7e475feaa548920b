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

  /** Whether a field is the body of the operation that it is named after, whose own page has its fields. */
  #isBodyOf(name: string, field: Schema): boolean {
    const operations = Object.values(this.#document.paths).flatMap((item) => Object.values(item));
    const media = Object.values(operations.find(({ operationId }) => operationId === name)?.requestBody?.content ?? {});
    const body = media[0]?.schema;
    const namesOf = (schema: Schema): string =>
      this.#fieldsOf(schema)
        .map(([own]) => own)
        .join();
    return body !== undefined && namesOf(body) === namesOf(field);
  }

  #rows(given: Schema, before: string, depth: number): readonly string[] {
    return this.#fieldsOf(given).flatMap(([name, field, isRequired]) => {
      const schema = this.#resolve(field);
      const meaning = field.description ?? schema.description ?? "";
      const shown = `\`${before}${name}\`${isRequired ? "" : " (optional)"}`;
      if (this.#isBodyOf(name, field)) return [`| ${shown} | the body of \`${name}\` | ${cell(meaning)} |`];
      const row = `| ${shown} | ${cell(this.#typeOf(field))} | ${cell(meaning)} |`;
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

  #all(tag: string): readonly string[] {
    return operationsOf(this.#document, tag).flatMap(({ method, path, operation }) =>
      this.#operation(method, path, operation),
    );
  }

  write(tag: string, folder: string): string {
    const description = this.#document.tags?.find(({ name }) => name === tag)?.description ?? "";
    const all = this.#all(tag);
    const operations = isShort(all)
      ? all
      : operationsOf(this.#document, tag).map(
          ({ method, path, operation }) =>
            `- [${operation.summary ?? operation.operationId}](${folder}/${slugOfOperation(operation.operationId)}): \`${method.toUpperCase()} ${path}\``,
        );
    return [`# ${capital(tag)}`, "", description, "", ...operations].join("\n");
  }

  /** The pages of the operations of a tag; none where the tag's own page has them. */
  ownPages(tag: string): readonly string[] {
    return isShort(this.#all(tag))
      ? []
      : operationsOf(this.#document, tag).map(({ operation }) => operation.operationId);
  }

  one(tag: string, wanted: string, folder: string): string {
    const found = operationsOf(this.#document, tag).find(({ operation }) => operation.operationId === wanted);
    if (!found) return "";
    const [heading = "", ...rest] = this.#operation(found.method, found.path, found.operation);
    return [heading.replace("##", "#"), ...rest, `All operations: [${capital(tag)}](${folder}).`, ""].join("\n");
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** As long as a page of 150 kB has room for, beside the list of all pages. */
const longestPage = 5_000;

const isShort = (lines: readonly string[]): boolean => lines.join("\n").length <= longestPage;

/** `create-payment-order`: the last part of the address of an operation's own page. */
export const slugOfOperation = (operationId: string): string =>
  operationId.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();

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

/** A page of the reference, in place of a file. */
export interface ReferencePage {
  readonly tag: string;
  /** Of an operation with a page of its own. */
  readonly operationId?: string | undefined;
  /** Where the tag's page is read. */
  readonly address: string;
}

/** The reference of the operations of one tag, which names those that have pages of their own; or of one of these. */
export const referenceMarkdown = (document: ApiDocument, { tag, operationId, address }: ReferencePage): string =>
  operationId === undefined
    ? new Writer(document).write(tag, address)
    : new Writer(document).one(tag, operationId, address);

/** The operations of a tag that have pages of their own, since one for all of them would be too long. */
export const operationsWithPages = (document: ApiDocument, tag: string): readonly string[] =>
  new Writer(document).ownPages(tag);
