import { Ajv2020, type AnySchemaObject } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { lookAtVideos } from "../../../test/look-at-videos.ts";
import { pngOf, waveOf } from "../../../test/media-files.ts";
import { procedureInputs } from "../../../test/procedure-inputs.ts";
import { askOverRest, sendRaw } from "../../../test/send-raw.ts";
import { batchFollowing } from "../../assembly/batch-following.ts";
import { followBatches } from "../batches/index.ts";
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

const json = { "content-type": "application/json" };

/** The operations of the vendors' dialects, with their own examples. */
const dialectOperations = Object.entries(document.paths ?? {})
  .filter(([path]) => /^\/v1(beta)?\//.test(path))
  .flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const content = at(operation, "requestBody", "content");
      const [[mediaType, told] = ["application/json", undefined]] = isRecord(content) ? Object.entries(content) : [];
      const body = at(told, "example");
      return {
        mediaType,
        method: method.toUpperCase(),
        path: path.replace("{model}", /embed/i.test(path) ? "openai%2Ftext-embedding-3-small" : "openai%2Fgpt-4o-mini"),
        operation,
        body,
      };
    }),
  );

/** An example as a form, with a recording in the place of its file and a picture in that of its image. */
const formOf = (example: Readonly<Record<string, unknown>>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(example))
    if (name === "file") form.set(name, new Blob([new Uint8Array(waveOf({ seconds: 2 }))]), "recording.wav");
    else if (name === "image")
      form.set(name, new Blob([new Uint8Array(pngOf(64, 64))], { type: "image/png" }), "boat.png");
    else form.set(name, String(value));
  return form;
};

/** What is sent of an example, in the form that the operation takes. */
const encoded = async ({ mediaType, body }: (typeof dialectOperations)[number]) => {
  if (!isRecord(body)) return { headers: json, body: undefined };
  if (mediaType === "application/json") return { headers: json, body: JSON.stringify(body) };
  const form = new Response(formOf(body));
  return {
    headers: { "content-type": form.headers.get("content-type") ?? "" },
    body: new Uint8Array(await form.arrayBuffer()),
  };
};

describe("every operation of the vendors' dialects answers and refuses as the OpenAPI document declares", () => {
  const fit = (schema: unknown, text: string): void => {
    const fits = judge(schema);
    expect(fits(JSON.parse(text)) ? [] : fits.errors, text.slice(0, 300)).toEqual([]);
  };

  const uploaded = async (own: string, parts: FormData): Promise<string> => {
    const form = new Response(parts);
    const { text } = await sendRaw(test.port, {
      method: "POST",
      path: "/v1/files",
      headers: { "content-type": form.headers.get("content-type") ?? "", authorization: `Bearer ${own}` },
      body: new Uint8Array(await form.arrayBuffer()),
    });
    return String(at(JSON.parse(text), "id"));
  };

  /** The id of the first item of a conversation. */
  const keptItem = async (id: string, own: string): Promise<string> => {
    const { text } = await sendRaw(test.port, {
      method: "GET",
      path: `/v1/conversations/${id}/items`,
      headers: { authorization: `Bearer ${own}` },
      body: undefined,
    });
    return String(at(JSON.parse(text), "data", "0", "id"));
  };

  /** Of a video that is made. */
  const keptVideo = async (own: string): Promise<string> => {
    const { text } = await sendRaw(test.port, {
      method: "POST",
      path: "/api/ai/videos",
      headers: { ...json, authorization: `Bearer ${own}` },
      body: JSON.stringify({ model: "google/veo-3.1-lite-generate-preview", prompt: "A boat", durationSeconds: 4 }),
    });
    for (let looks = 0; looks < 4; looks += 1) await lookAtVideos(test);
    return String(at(JSON.parse(text), "id"));
  };

  /** A file of one request that OpenAI takes for a batch. */
  const batchFile = (own: string): Promise<string> => {
    const body = { model: "gpt-4o-mini", messages: [{ role: "user", content: "Name three rivers." }] };
    const line = JSON.stringify({ custom_id: "rivers", method: "POST", url: "/v1/chat/completions", body });
    const form = new FormData();
    form.set("purpose", "batch");
    form.set("file", new Blob([line]), "requests.jsonl");
    return uploaded(own, form);
  };

  /** The example in a form that the caller can send: what it refers to is there. */
  const sendable = async (path: string, own: string, body: unknown): Promise<unknown> => {
    if (path.startsWith("/v1/batches")) return { ...Object(body), input_file_id: await batchFile(own) };
    // Only what goes on without its caller can be cancelled.
    return /^\/v1(beta\/interactions|\/responses)\//.test(path) && path.endsWith("/cancel")
      ? { ...Object(body), background: true }
      : body;
  };

  const endBatches = async (): Promise<void> => {
    for (let looks = 0; looks < 3; looks += 1) {
      await test.deps.db.pool.query("update nexus.ai_batch set look_at = clock_timestamp() where look_at is not null");
      while ((await followBatches({ gateway: test.gateway, deps: test.deps, ...batchFollowing(test.runtime) })) > 0);
    }
  };

  /** The id of something that the caller keeps. */
  const kept = async (path: string, own: string): Promise<string> => {
    const made = path.slice(0, path.indexOf("/{id}"));
    if (made === "/v1/files" || made === "/v1beta/files") return uploaded(own, formOf({ purpose: "evals", file: "" }));
    if (made === "/v1/videos") return keptVideo(own);
    const body = dialectOperations.find((one) => one.path === made && one.method === "POST")?.body;
    const { text } = await sendRaw(test.port, {
      method: "POST",
      path: made,
      headers: { ...json, authorization: `Bearer ${own}` },
      body: JSON.stringify(await sendable(path, own, body)),
    });
    if (path.endsWith("/results")) await endBatches();
    return String(at(JSON.parse(text), "id"));
  };

  it.each(dialectOperations.map((one) => [`${one.method} ${one.path}`, one] as const))("%s", async (_name, one) => {
    const { method, path, operation } = one;
    // An organization of its own: what was asked above stores keys and preferences.
    const { credential: own } = test.issue();
    const asked = path === "/v1/batches" && method === "POST" ? await sendable(path, own, one.body) : one.body;
    const { headers, body } = await encoded({ ...one, body: asked });
    const id = path.includes("{id}") ? await kept(path, own) : "";
    const item = path.includes("{item}") ? await keptItem(id, own) : "";
    const ask = (authorization: string) =>
      sendRaw(test.port, {
        method,
        path: path.replace("{id}", id).replace("{item}", item),
        headers: { ...headers, authorization },
        body,
      });
    const answer = await ask(`Bearer ${own}`);
    expect(answer.status, answer.text).toBe(200);
    const declared = (status: string): unknown =>
      at(operation, "responses", status, "content", "application/json", "schema");
    if (declared("200") === undefined) {
      const mediaTypes = at(operation, "responses", "200", "content");
      expect(Object.keys(isRecord(mediaTypes) ? mediaTypes : {})).toContain(answer.headers["content-type"]);
      expect(answer.text).not.toBe("");
    } else fit(declared("200"), answer.text);
    const refusal = await ask("Bearer of-nobody");
    expect(refusal.status).toBe(401);
    fit(declared("4XX"), refusal.text);
  });
});
