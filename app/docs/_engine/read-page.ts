import { readFileSync } from "node:fs";
import { join } from "node:path";
import { referenceMarkdown, type ApiDocument } from "./reference-markdown.ts";

const readRepositoryFile = (file: string): string =>
  readFileSync(join(/* turbopackIgnore: true */ process.cwd(), file), "utf8");

const documents = new Map<string, ApiDocument>();

/** An OpenAPI document of `docs/generated`. */
export const readApiDocument = (name: string): ApiDocument => {
  const known = documents.get(name);
  if (known !== undefined) return known;
  const document = JSON.parse(readRepositoryFile(`docs/generated/${name}.json`)) as ApiDocument;
  documents.set(name, document);
  return document;
};

const reference = "reference:";

/** What names the page of one tag of an OpenAPI document, or of one of its operations, in place of a file. */
export const referenceFile = (document: string, tag: string, operationId?: string): string =>
  [reference + document, tag, ...(operationId === undefined ? [] : [operationId])].join(":");

const folders: Readonly<Record<string, string>> = { openapi: "api", "auth-openapi": "auth" };

/** The address of a tag's page, below `/docs`. */
export const referenceSlug = (document: string, tag: string): string =>
  `reference/${folders[document]}/${tag.toLowerCase().replaceAll(" ", "-")}`;

export const isReference = (file: string): boolean => file.startsWith(reference);

/** The Markdown of a page: of a file of the repository, or written of an OpenAPI document. */
export const readPage = (file: string): string => {
  if (!isReference(file)) return readRepositoryFile(file);
  const [, document = "", tag = "", operationId] = file.split(":");
  const address = `/docs/${referenceSlug(document, tag)}`;
  return referenceMarkdown(readApiDocument(document), { tag, operationId, address });
};
