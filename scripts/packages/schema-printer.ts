import { z } from "zod";
import { fieldDocs } from "./field-docs.ts";
import type { NamedSchemas } from "./named-schemas.ts";
import { restatesName } from "./restates-name.ts";
import { unitDocs } from "./unit-docs.ts";

/** Whether a type is what is sent or what comes back: a field with a default may be left out only of the former. */
export type Direction = "input" | "output";

/** A field without documentation, as `Type.field`. */
export type Undocumented = string;

type Wrapper = z.ZodOptional | z.ZodNonOptional | z.ZodDefault | z.ZodNullable | z.ZodReadonly;

const wrappers = [z.ZodOptional, z.ZodNonOptional, z.ZodDefault, z.ZodNullable, z.ZodReadonly] as const;

const isWrapper = (schema: unknown): schema is Wrapper => wrappers.some((wrapper) => schema instanceof wrapper);

const typeOf = (schema: z.core.$ZodType): z.ZodType => {
  if (schema instanceof z.ZodType) return schema;
  throw new Error("A schema is not one of zod's classic ones.");
};

/** What is told of a schema, by itself or by what it wraps. */
const describedAs = (schema: z.ZodType): string | undefined =>
  schema.description ?? (isWrapper(schema) ? describedAs(typeOf(schema.def.innerType)) : undefined);

const numberIn = (facts: object, name: string): number | undefined => {
  const value: unknown = name in facts ? Reflect.get(facts, name) : undefined;
  return typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
};

const amount = new Intl.NumberFormat("en-US");

/** The bounds of a value, as a reader wants them. */
const boundsOf = (schema: z.ZodType): string | undefined => {
  if (isWrapper(schema)) {
    const inner = boundsOf(typeOf(schema.def.innerType));
    const fallback: unknown = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
    const said = schema instanceof z.ZodDefault && fallback !== null ? `Default: \`${JSON.stringify(fallback)}\`.` : "";
    return [inner, said].filter(Boolean).join(" ") || undefined;
  }
  const facts = z.toJSONSchema(schema, { unrepresentable: "any", io: "input" });
  const [least, most] = [numberIn(facts, "minimum"), numberIn(facts, "maximum")];
  if (schema instanceof z.ZodNumber) {
    if (least !== undefined && most !== undefined) return `From ${amount.format(least)} to ${amount.format(most)}.`;
    return least === undefined ? undefined : `At least ${amount.format(least)}.`;
  }
  const characters = numberIn(facts, "maxLength");
  if (characters !== undefined) return `At most ${amount.format(characters)} characters.`;
  const entries = numberIn(facts, "maxItems");
  return entries === undefined ? undefined : `At most ${amount.format(entries)} entries.`;
};

const literalOf = (schema: z.ZodType): string | undefined =>
  schema instanceof z.ZodLiteral && schema.values.size === 1
    ? `\`${JSON.stringify([...schema.values][0])}\``
    : undefined;

/** Whether a field may be left out. */
const isOptional = (schema: z.ZodType, direction: Direction): boolean => {
  if (schema instanceof z.ZodOptional) return true;
  if (schema instanceof z.ZodDefault) return direction === "input";
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodReadonly)
    return isOptional(typeOf(schema.def.innerType), direction);
  return false;
};

const sentence = (text: string): string => (/[.!?:]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);

/** A doc comment; nothing where there is nothing to say. */
export const docComment = (text: string | undefined, indent: string): string =>
  text === undefined || text === ""
    ? ""
    : text.includes("\n")
      ? `${indent}/**\n${text
          .split("\n")
          .map((line) => `${indent} * ${line}`.trimEnd())
          .join("\n")
          .replaceAll("*/", "*\\/")}\n${indent} */\n`
      : `${indent}/** ${text.replaceAll("*/", "*\\/")} */\n`;

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);

/** Prints schemas as TypeScript, with a declaration for each one that has a name. */
export class SchemaPrinter {
  readonly undocumented = new Set<Undocumented>();
  /** Fields of which no more is told than their name says. */
  readonly restated = new Set<Undocumented>();
  /** Every field, as `Type.field`. */
  readonly paths = new Set<string>();
  readonly #named: NamedSchemas;
  /** What is declared, by name. */
  readonly #declared = new Map<string, string>();
  readonly #names = new Map<unknown, Partial<Record<Direction, string>>>();

  constructor(named: NamedSchemas) {
    this.#named = named;
  }

  /** All named types that were needed, in the order of their names. */
  declarations(): string {
    return [...this.#declared]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, text]) => text)
      .join("\n");
  }

  names(): readonly string[] {
    return [...this.#declared.keys()].toSorted();
  }

  /** The name of a procedure's input or answer, which always has one. */
  nameOf(schema: z.ZodType, direction: Direction, otherwise: NamedOtherwise): string {
    const named = this.#named.get(schema.def);
    return this.#declare(schema, direction, named?.name ?? otherwise.name, named?.comment ?? otherwise.comment);
  }

  #declare(schema: z.ZodType, direction: Direction, wanted: string, comment: string | undefined): string {
    const known = this.#names.get(schema.def)?.[direction];
    if (known !== undefined) return known;
    const other = this.#names.get(schema.def)?.[direction === "input" ? "output" : "input"];
    // The name is known while the body is printed: types may contain themselves.
    const remember = (name: string): void => {
      this.#names.set(schema.def, { ...this.#names.get(schema.def), [direction]: name });
    };
    remember(wanted);
    const body = this.#body(schema, direction, "", wanted);
    const text = (name: string): string =>
      `${docComment(sentence(comment ?? describedAs(schema) ?? `\`${name}\``), "")}export ${
        schema instanceof z.ZodObject ? `interface ${name} ` : `type ${name} = `
      }${body}${schema instanceof z.ZodObject ? "" : ";"}\n`;
    const name = this.#freeName(wanted, direction, text(wanted), other);
    remember(name);
    this.#declared.set(name, text(name));
    return name;
  }

  /** The same schema with defaults is another type where it is sent than where it comes back. */
  #freeName(wanted: string, direction: Direction, text: string, other: string | undefined): string {
    const present = this.#declared.get(wanted);
    if (present === undefined || present === text) return wanted;
    const name = `${wanted}${direction === "input" ? "Sent" : "Answered"}`;
    if (this.#declared.has(name) && other === undefined) throw new Error(`${name} would mean two things.`);
    return name;
  }

  /** A type where it is used: by its name, where it has one. */
  print(schema: z.ZodType, direction: Direction, indent: string, owner: string): string {
    const named = this.#named.get(schema.def);
    return named === undefined
      ? this.#body(schema, direction, indent, owner)
      : this.#declare(schema, direction, named.name, named.comment);
  }

  #body(schema: z.ZodType, direction: Direction, indent: string, owner: string): string {
    const inner = (one: z.core.$ZodType): string => this.print(typeOf(one), direction, indent, owner);
    if (schema instanceof z.ZodObject) return this.#object(schema, direction, indent, owner);
    if (schema instanceof z.ZodUnion)
      return [...new Set(schema.def.options.map((option: z.core.$ZodType) => inner(option)))].join(" | ");
    if (schema instanceof z.ZodArray) {
      const element = inner(schema.def.element);
      return /^[\w$.]+$/.test(element) ? `${element}[]` : `(${element})[]`;
    }
    if (schema instanceof z.ZodRecord) return this.#record(schema, direction, indent, owner);
    if (schema instanceof z.ZodEnum) return schema.options.map((option) => JSON.stringify(option)).join(" | ");
    if (schema instanceof z.ZodLiteral) return [...schema.values].map((value) => JSON.stringify(value)).join(" | ");
    if (schema instanceof z.ZodNullable) return `${inner(schema.def.innerType)} | null`;
    if (schema instanceof z.ZodOptional) return `${inner(schema.def.innerType)} | undefined`;
    if (schema instanceof z.ZodDefault)
      return `${inner(schema.def.innerType)}${direction === "input" ? " | undefined" : ""}`;
    if (schema instanceof z.ZodReadonly) return inner(schema.def.innerType);
    if (schema instanceof z.ZodNonOptional) return inner(schema.def.innerType).replace(/ \| undefined$/, "");
    if (schema instanceof z.ZodPipe) return inner(direction === "input" ? schema.def.in : schema.def.out);
    if (schema instanceof z.ZodLazy) return this.#lazy(schema, direction, indent, owner);
    return this.#plain(schema, owner);
  }

  #plain(schema: z.ZodType, owner: string): string {
    if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return "string";
    if (schema instanceof z.ZodNumber) return "number";
    if (schema instanceof z.ZodBoolean) return "boolean";
    if (schema instanceof z.ZodNull) return "null";
    if (schema instanceof z.ZodUnknown) return "unknown";
    throw new Error(`${owner} has a ${schema.def.type}, which the client's declaration cannot tell.`);
  }

  /** The one type of zod's that contains itself. */
  #lazy(schema: z.ZodLazy, direction: Direction, indent: string, owner: string): string {
    const inner = typeOf(schema.def.getter());
    const isJson = inner instanceof z.ZodUnion && inner.def.options.some((one: unknown) => one instanceof z.ZodNull);
    return isJson ? "JsonValue" : this.print(inner, direction, indent, owner);
  }

  #record(schema: z.ZodRecord, direction: Direction, indent: string, owner: string): string {
    const { keyType, valueType } = schema.def;
    const value = this.print(typeOf(valueType), direction, indent, owner);
    if (keyType instanceof z.ZodEnum) {
      const isUnits = keyType.options.every((option) => Object.hasOwn(unitDocs, option));
      const record = isUnits
        ? `UnitsOf<${value}>`
        : `Record<${this.print(keyType, direction, indent, owner)}, ${value}>`;
      // What zod need not find does not say what there is.
      return schema.safeParse({}).success ? `Partial<${record}>` : record;
    }
    return `Record<string, ${value}>`;
  }

  #object(schema: z.ZodObject, direction: Direction, indent: string, owner: string): string {
    const deeper = `${indent}  `;
    const fields = Object.entries(schema.shape).map(([name, field]) => {
      const type = typeOf(field);
      const path = `${owner}.${name}`;
      const mayBeAbsent = isOptional(type, direction);
      const printed = this.print(type, direction, deeper, path);
      // What may be left out may be undefined too.
      const whole = mayBeAbsent && !printed.endsWith(" | undefined") ? `${printed} | undefined` : printed;
      const key = isIdentifier(name) ? name : JSON.stringify(name);
      return `${docComment(this.#fieldDocs(type, path), deeper)}${deeper}${key}${mayBeAbsent ? "?" : ""}: ${whole};`;
    });
    return fields.length === 0 ? "{}" : `{\n${fields.join("\n")}\n${indent}}`;
  }

  #fieldDocs(schema: z.ZodType, path: string): string | undefined {
    this.paths.add(path);
    const literal = literalOf(schema);
    const told = describedAs(schema) ?? fieldDocs(path) ?? this.#typeDocs(schema);
    const constant = literal === undefined ? undefined : `Always ${literal} here.`;
    if (told === undefined && constant === undefined) this.undocumented.add(path);
    const name = path.slice(path.lastIndexOf(".") + 1);
    if (told !== undefined && constant === undefined && restatesName(name, told)) this.restated.add(path);
    const parts = [told === undefined ? undefined : sentence(told), constant, boundsOf(schema)];
    return parts.filter((part) => part !== undefined).join(" ") || undefined;
  }

  /** What is told of the type that a field is of, or a list of. */
  #typeDocs(schema: z.ZodType): string | undefined {
    if (isWrapper(schema)) return this.#typeDocs(typeOf(schema.def.innerType));
    if (schema instanceof z.ZodArray) {
      const element = typeOf(schema.def.element);
      return describedAs(element) ?? this.#typeDocs(element);
    }
    return this.#named.get(schema.def)?.comment;
  }
}

/** How a schema is called that has no name of its own. */
export interface NamedOtherwise {
  readonly name: string;
  readonly comment: string;
}
