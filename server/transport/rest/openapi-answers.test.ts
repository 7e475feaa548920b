import { Ajv2020, type AnySchemaObject } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { procedureInputs } from "../../../test/procedure-inputs.ts";
import { askOverRest, sendRaw } from "../../../test/send-raw.ts";
import { listProcedures } from "../trpc/procedure-list.ts";
import { openApiDocument } from "./openapi.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inside, key) => (isRecord(inside) ? inside[key] : undefined), value);

const document = openApiDocument();
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "openapi", ...document });

/** The schema of an answer by the reference that the document has. */
const judge = (schema: unknown): ReturnType<typeof ajv.compile> => {
  const reference = at(schema, "$ref");
  const inDocument: AnySchemaObject = { $ref: `openapi${typeof reference === "string" ? reference : ""}` };
  return ajv.compile(inDocument);
};

let test: ListeningGateway;
let credential: string;
beforeAll(async () => {
  test = await openListeningGateway();
  credential = test.issue().credential;
});
afterAll(() => test.close());

const procedures = listProcedures().filter(({ streaming }) => !streaming);

describe("every operation answers as the OpenAPI document declares", () => {
  it.each(procedures.map((procedure) => [procedure.name, procedure] as const))("%s", async (name, procedure) => {
    const ask = askOverRest(procedure, procedureInputs[name] ?? {});
    const answer = await sendRaw(test.port, {
      ...ask,
      headers: { ...ask.headers, authorization: `Bearer ${credential}` },
    });
    const { method, path } = procedure.rest;
    const responses = at(document.paths, path, method.toLowerCase(), "responses");
    // 202 is the answer of what waits, in the same form.
    const declared = at(responses, String(answer.status === 202 ? 200 : answer.status));
    expect(declared, `${answer.status} ${answer.text.slice(0, 300)}`).toBeDefined();
    const schema = at(declared, "content", "application/json", "schema") ?? { $ref: "#/components/schemas/Error" };
    const fits = judge(schema);
    const body: unknown = JSON.parse(answer.text);
    expect(fits(body) ? [] : fits.errors, answer.text.slice(0, 300)).toEqual([]);
  });
});
