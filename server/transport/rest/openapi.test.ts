import { describe, expect, it } from "vitest";
import { z } from "zod";
import { errorTable } from "../../errors.ts";
import { listProcedures } from "../trpc/procedure-list.ts";
import { openApiDocument } from "./openapi.ts";
import { operationExamples } from "./operation-examples.ts";

const document = openApiDocument();
const json = JSON.stringify(document);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value);

/** The schema that a reference leads to. */
const named = (schema: unknown): unknown => {
  const reference = at(schema, "$ref");
  return typeof reference === "string" ? at(document.components, "schemas", reference.split("/").at(-1) ?? "") : schema;
};

describe("the OpenAPI document", () => {
  it("has every procedure at its method and path, and nothing else", () => {
    const written = Object.entries(document.paths ?? {})
      .filter(([path]) => path.startsWith("/api/"))
      .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
    expect(written.sort()).toEqual(
      listProcedures()
        .map(({ rest }) => `${rest.method} ${rest.path}`)
        .sort(),
    );
  });

  it("closes every request body, as the doors do", () => {
    for (const { name, rest } of listProcedures()) {
      const schema = at(
        document.paths,
        rest.path,
        rest.method.toLowerCase(),
        "requestBody",
        "content",
        "application/json",
        "schema",
      );
      if (schema !== undefined) expect(at(named(schema), "additionalProperties"), name).toBe(false);
    }
  });

  it("gives every operation the one error body, with every code", () => {
    for (const { name, rest } of listProcedures()) {
      const operation = at(document.paths, rest.path, rest.method.toLowerCase());
      expect(at(operation, "responses", "default", "content", "application/json", "schema", "$ref"), name).toBe(
        "#/components/schemas/Error",
      );
      expect(at(operation, "security"), name).toHaveLength(3);
    }
    const error = named(at(document.components, "schemas", "Error", "properties", "error"));
    expect(at(error, "properties", "code", "enum")).toEqual(Object.keys(errorTable));
  });

  it("is only there because every contract is plain JSON, which the doors rely on", () => {
    for (const { name, input, output, streaming } of listProcedures()) {
      expect(() => z.toJSONSchema(input, { io: "input" }), name).not.toThrow();
      if (!streaming) expect(() => z.toJSONSchema(output, { io: "output" }), name).not.toThrow();
    }
    expect(() => z.toJSONSchema(z.date())).toThrow();
  });

  it("names operations as functions, each once: `generateText`, `createPaymentCheckout`", () => {
    const ids = Object.values(document.paths ?? {}).flatMap((item) =>
      Object.values(item).map((operation) => at(operation, "operationId")),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(["generateText", "createPaymentCheckout", "createChatCompletion"]));
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
    // Words of the languages that clients are generated for: a function of such a name gets another, or shadows it.
    const words = /^(?:class|continue|del|delete|export|filter|get|import|input|list|map|new|open|print|set|type)$/;
    expect(ids.filter((id) => words.test(String(id)))).toEqual([]);
  });

  it("has examples that the contracts accept", () => {
    const procedures = new Map(listProcedures().map(({ name, input }) => [name, input]));
    for (const [name, example] of Object.entries(operationExamples))
      expect(procedures.get(name)?.safeParse(example), name).toMatchObject({ success: true });
  });

  it("resolves every reference", () => {
    const names = Object.keys(document.components?.schemas ?? {});
    for (const [, name] of json.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(names).toContain(name);
    expect(json).not.toContain('"#/$defs');
  });

  it("says how a stream comes", () => {
    expect(at(document.paths, "/api/ai/stream-text", "post", "responses", "200", "content")).toHaveProperty([
      "text/event-stream",
    ]);
  });

  it("is the same every time", () => {
    expect(JSON.stringify(openApiDocument())).toBe(json);
  });
});
