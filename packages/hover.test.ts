import { mkdtemp, rm, symlink, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  API,
  SignatureKind,
  type Checker,
  type Symbol as TypeSymbol,
  type Type,
  type TypeReference,
} from "typescript/unstable/sync";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildPackage } from "../scripts/packages/build-package.ts";
import { listProcedures } from "../server/transport/trpc/procedure-list.ts";
import { errorTable } from "../server/errors.ts";

vi.setConfig({ testTimeout: 120_000 });

const root = join(import.meta.dirname, "..");
let folder: string;
let api: API;
let checker: Checker;
let file: string;

/** Each name is one that an app's author points at. */
const source = `
import { createNexusClient, NexusErrorCodes, type NexusClientError } from "@topolo/nexus-client";
export const nexus = createNexusClient({ baseUrl: "http://localhost:3000", credential: { apiKey: "k" } });
export const codes = NexusErrorCodes;
export declare const failure: NexusClientError;
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hover-"));
  file = join(folder, "app.ts");
  const scope = join(folder, "node_modules/@topolo/nexus-client");
  await mkdir(scope, { recursive: true });
  await buildPackage("client-sdk", scope);
  await symlink(join(root, "node_modules/@trpc"), join(folder, "node_modules/@trpc"));
  await writeFile(file, source);
  const compilerOptions = { strict: true, target: "es2022", module: "nodenext", types: [], noEmit: true };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["app.ts"] }));
  api = new API({ cwd: folder });
  const project = api
    .updateSnapshot({ openProject: join(folder, "tsconfig.json") })
    .getProject(join(folder, "tsconfig.json"));
  if (!project) throw new Error("the language service opened no project");
  checker = project.checker;
}, 120_000);
afterAll(async () => {
  api.close();
  await rm(folder, { recursive: true, force: true });
});

const typeAt = (name: string): Type => {
  const symbol = checker.getSymbolAtPosition(file, source.indexOf(` ${name}`) + 1);
  const type = symbol && checker.getTypeOfSymbol(symbol);
  if (!type) throw new Error(`${name} has no type`);
  return type;
};

const fieldOf = (type: Type, name: string): TypeSymbol => {
  const found = checker.getPropertiesOfType(type).find((field) => field.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};

const typeOf = (symbol: TypeSymbol): Type => {
  const type = checker.getTypeOfSymbol(symbol);
  if (!type) throw new Error(`${symbol.name} has no type`);
  return type;
};

/** What an editor shows when the pointer rests on it. */
const docsOf = (symbol: TypeSymbol): string => checker.getDocumentationCommentOfSymbol(symbol).trim();

const isReference = (type: Type): type is TypeReference => type.isObjectType();

/** What a type is made of: the types of lists, promises and records, and the ones of a union. */
const partsOf = (type: Type): readonly Type[] => {
  if (type.isUnionType() || type.isIntersectionType()) return type.getTypes();
  const name = type.getSymbol()?.name ?? "";
  if (/^(Array|ReadonlyArray|Promise|AsyncIterable)$/.test(name) && isReference(type))
    return checker.getTypeArguments(type).slice(0, 1);
  return checker.getIndexInfosOfType(type).map(({ valueType }) => valueType);
};

/** Every field of a type and of what it is made of, each once. */
const walkFields = (
  type: Type,
  path: string,
  seen: Set<number>,
  visit: (field: TypeSymbol, path: string) => void,
): void => {
  if (seen.has(type.id)) return;
  seen.add(type.id);
  const parts = partsOf(type);
  for (const part of parts) walkFields(part, path, seen, visit);
  if (parts.length > 0 || !type.isObjectType()) return;
  for (const field of checker.getPropertiesOfType(type)) {
    visit(field, `${path}.${field.name}`);
    walkFields(typeOf(field), `${path}.${field.name}`, seen, visit);
  }
};

const procedureAt = (name: string): TypeSymbol => {
  const [head = "", ...rest] = name.split(".");
  return rest.reduce((at, part) => fieldOf(typeOf(at), part), fieldOf(typeAt("nexus"), head));
};

describe("an editor shows the documentation", () => {
  it("of every procedure, of its method and of every field of its input and answer", () => {
    const undocumented: string[] = [];
    const seen = new Set<number>();
    let fields = 0;
    const visit = (field: TypeSymbol, path: string): void => {
      fields += 1;
      if (docsOf(field) === "") undocumented.push(path);
    };
    for (const { name, summary, type } of listProcedures()) {
      const procedure = procedureAt(name);
      const method = fieldOf(typeOf(procedure), type === "query" ? "query" : "mutate");
      for (const symbol of [procedure, method]) if (!docsOf(symbol).startsWith(`${summary}.`)) undocumented.push(name);
      const [signature] = checker.getSignaturesOfType(typeOf(method), SignatureKind.Call);
      const [input] = signature?.getParameters() ?? [];
      const answer = signature && checker.getReturnTypeOfSignature(signature);
      if (!input || !answer) throw new Error(`${name} cannot be called`);
      walkFields(typeOf(input), `${name} input`, seen, visit);
      walkFields(answer, `${name} answer`, seen, visit);
    }
    expect(undocumented).toEqual([]);
    expect(fields).toBeGreaterThan(1_000);
  });

  it("with inputs and answers by their names", () => {
    const shown = (name: string): string => checker.typeToString(typeOf(fieldOf(typeOf(procedureAt(name)), "mutate")));
    expect(shown("ai.generateText")).toBe(
      "(input: GenerateTextInput, options?: TRPCProcedureOptions | undefined) => Promise<GenerateTextOutput>",
    );
    expect(shown("ai.streamText")).toContain("Promise<AsyncIterable<StreamPart");
    const unnamed = listProcedures().filter(({ name, type }) => {
      const method = fieldOf(typeOf(procedureAt(name)), type === "query" ? "query" : "mutate");
      return !/^\(input: \w+, .*=> Promise<[\w<>, ]+>$/.test(checker.typeToString(typeOf(method)));
    });
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });

  it("of every code, of the error's own fields, and of what units are", () => {
    const codes = typeAt("codes");
    for (const [code, { message }] of Object.entries(errorTable))
      expect(docsOf(fieldOf(codes, code))).toContain(message);
    const failure = typeAt("failure");
    for (const name of ["code", "effect", "retryable", "requestId", "operationId", "issues", "details", "retryAfterMs"])
      expect(docsOf(fieldOf(failure, name)), name).not.toBe("");
    const usage = procedureAt("ai.generateText");
    const [signature] = checker.getSignaturesOfType(typeOf(fieldOf(typeOf(usage), "mutate")), SignatureKind.Call);
    const told = new Map<string, string>();
    const answer = signature && checker.getReturnTypeOfSignature(signature);
    if (answer) walkFields(answer, "", new Set(), (field, path) => told.set(path, docsOf(field)));
    expect(told.get(".nexus.costNanoUsd")).toMatch(/nano-USD/i);
    expect(told.get(".usage.units")).not.toBe("");
  });
});
