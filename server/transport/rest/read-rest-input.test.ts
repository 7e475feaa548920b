import { expect, it } from "vitest";
import { z } from "zod";
import { listProcedures } from "../trpc/procedure-list.ts";
import type { DoorRequest } from "../door-request.ts";
import { readRestInput } from "./read-rest-input.ts";

const texts = {
  array: ["1", "2"],
  number: ["7"],
  integer: ["7"],
  boolean: ["true"],
  string: ["text"],
} as const;
const values: Readonly<Record<string, unknown>> = {
  number: 7,
  integer: 7,
  boolean: true,
  string: "text",
};

const isKind = (type: unknown): type is keyof typeof texts => typeof type === "string" && Object.hasOwn(texts, type);

/** The plain type that the OpenAPI document tells callers. */
const declaredType = (schema: z.ZodType): keyof typeof texts => {
  const { type, anyOf } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  });
  const found =
    type ?? anyOf?.map((one) => (typeof one === "object" ? one.type : undefined)).find((one) => one !== "null");
  return isKind(found) ? found : "string";
};

const fields = listProcedures().flatMap((procedure) => {
  const { method, path } = procedure.rest;
  if (method !== "GET" && method !== "DELETE") return [];
  return Object.entries(procedure.input.shape)
    .filter(([name]) => !path.includes(`{${name}}`))
    .map(([name, schema]) => ({
      name: procedure.name,
      field: name,
      type: declaredType(schema),
      procedure,
    }));
});

it("there are fields of every plain type in queries", () => {
  expect(new Set(fields.map(({ type }) => type))).toEqual(new Set(["array", "integer", "boolean", "string"]));
});

const asked = (query: URLSearchParams): DoorRequest => ({
  method: "GET",
  path: "/",
  search: String(query),
  query,
  header: () => undefined,
  headerValues: () => [],
  body: () => Promise.resolve(Buffer.alloc(0)),
  signal: new AbortController().signal,
  remoteAddress: "127.0.0.1",
  requestId: "one",
});

it.each(fields)("$name: $field is read from a query as the $type that is documented", async (one) => {
  const { field, type, procedure } = one;
  const query = new URLSearchParams(texts[type].map((text) => [field, text]));
  const read = await readRestInput({ procedure, params: {} }, asked(query));
  expect(read).toEqual({
    [field]: type === "array" ? [expect.anything(), expect.anything()] : values[type],
  });
});
