import { readFileSync, globSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

/** A schema that the server exports, as the client's declaration names it. */
export interface NamedSchema {
  readonly name: string;
  /** The comment above its declaration. */
  readonly comment: string | undefined;
}

/** Schemas by what defines them: a described one is another object, of the same definition. */
export type NamedSchemas = ReadonlyMap<unknown, NamedSchema>;

/** Names that say less to an app than to the server. */
const clientNames: Readonly<Record<string, string>> = { ModelFacts: "NexusFacts", NexusFacts: "CallFacts" };

const sources = ["server/contracts/**/*.ts", "server/domain/**/*.ts"];

const commentOf = (text: string, name: string): string | undefined => {
  const found = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export const ${name}\\b`).exec(text)?.[1];
  return found
    ?.split("\n")
    .map((line) => line.replace(/^\s*\*?\s?/, "").trim())
    .join(" ")
    .trim();
};

/** Where a schema is exported. */
export interface SchemaPlace {
  readonly file: string;
  readonly name: string;
}

const schemaFiles = (root: string): readonly string[] =>
  globSync(sources, { cwd: root, exclude: ["**/*.test.ts"] }).toSorted();

const isOfSchemas = (text: string): boolean => /^export const [A-Z]\w* =/m.test(text) && text.includes('"zod"');

/** Every exported schema by what defines it, and where. */
export const loadSchemaPlaces = async (root: string): Promise<ReadonlyMap<unknown, SchemaPlace>> => {
  const places = new Map<unknown, SchemaPlace>();
  for (const file of schemaFiles(root)) {
    if (!isOfSchemas(readFileSync(join(root, file), "utf8"))) continue;
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(root, file)).href);
    for (const [name, value] of Object.entries(exported))
      if (value instanceof z.ZodType && !places.has(value.def)) places.set(value.def, { file, name });
  }
  return places;
};

/** Every object, union and list that a contract or a verb exports. Words and numbers stay what they are. */
export const loadNamedSchemas = async (root: string): Promise<NamedSchemas> => {
  const named = new Map<unknown, NamedSchema>();
  for (const file of schemaFiles(root)) {
    const text = readFileSync(join(root, file), "utf8");
    if (!isOfSchemas(text)) continue;
    const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(root, file)).href);
    for (const [name, value] of Object.entries(exported)) {
      const isType = value instanceof z.ZodObject || value instanceof z.ZodUnion || value instanceof z.ZodEnum;
      if (!isType || !/^[A-Z]/.test(name) || named.has(value.def)) continue;
      named.set(value.def, { name: clientNames[name] ?? name, comment: commentOf(text, name) });
    }
  }
  return named;
};
