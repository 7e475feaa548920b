import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { sendRaw, askOverRest, askOverTrpc } from "../../../test/send-raw.ts";
import { claudeModel } from "../../../sandbox/anthropic/models.ts";
import { openaiModel } from "../../../sandbox/openai/models.ts";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { listProcedures } from "../trpc/procedure-list.ts";

let test: ListeningGateway;
let credential: string;
let openai: OpenAI;
let anthropic: Anthropic;

beforeAll(async () => {
  test = await openListeningGateway();
  ({ credential } = test.issue());
  openai = new OpenAI({ apiKey: credential, baseURL: `${test.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: credential, baseURL: test.url, maxRetries: 0 });
});
afterAll(() => test.close());

const nexusPart = z.object({
  nexus: z.object({ operations: z.array(z.string()), credentialTier: z.string().nullable() }),
});
const operationsOf = (model: object): string[] => nexusPart.parse(model).nexus.operations;
const errorOf = (work: Promise<unknown>): Promise<unknown> => work.then(undefined, (error: unknown) => error);

const all = async (): Promise<Map<string, string[]>> =>
  new Map((await openai.models.list()).data.map((model) => [model.id, operationsOf(model)]));

describe("what is listed", () => {
  it("is what can be called, with what it can be called for", async () => {
    const listed = await all();
    const text = ["ai.generateText", "ai.streamText", "ai.generateObject"];
    for (const id of ["openai/gpt-4o-mini", "openai/o3-mini", "anthropic/claude-haiku-4-5", "google/gemini-2.5-flash"])
      expect(listed.get(id), id).toEqual(text);
    for (const id of ["openai/text-embedding-3-small", "google/gemini-embedding-001"])
      expect(listed.get(id), id).toEqual(["ai.embed"]);
    expect(listed.get("openai/omni-moderation-latest")).toEqual(["ai.moderate"]);
    expect(listed.get("openai/tts-1")).toEqual(["ai.generateSpeech"]);
    for (const id of ["openai/whisper-1", "openai/gpt-4o-transcribe"])
      expect(listed.get(id), id).toEqual(["ai.transcribe"]);
    expect(listed.get("openai/gpt-realtime")).toEqual(["ai.realtime"]);
    expect(listed.get("openai/gpt-image-1.5")).toEqual(["ai.generateImage"]);
    // By the names that they are called by, and not by those of families that the price catalogue has.
    for (const id of ["cohere/command-a-03-2025", "cohere/command-r7b-12-2024"])
      expect(listed.get(id), id).toEqual(text);
    for (const id of ["cohere/command-a", "cohere/command-r7b", "cohere/command-r"])
      expect(listed.has(id), id).toBe(false);
    for (const operations of listed.values()) expect(operations.length).toBeGreaterThan(0);
  });

  it("holds nothing that another endpoint or another vendor serves", async () => {
    const strange =
      /^google\/claude|^openai\/(ada|babbage|curie|davinci|text-davinci|dall-e|gpt-4o-.*realtime|computer-use|moderation)|deep-research|diarize|-live|instruct|:extended/;
    const openAiAndGoogle = [...(await all()).keys()].filter((id) => /^(openai|google)\//.test(id));
    expect(openAiAndGoogle.length).toBeGreaterThan(30);
    expect(openAiAndGoogle.filter((id) => strange.test(id) && !id.startsWith("google/gemini"))).toEqual([]);
    expect(openAiAndGoogle.filter((id) => /-(live|omni)|ft[:-]/.test(id))).toEqual([]);
    // The catalogue's names of families are no models, whoever resells them.
    expect([...(await all()).keys()].filter((id) => /[^A-Za-z0-9]$|\.ft-|\/ft:[^:]*$/.test(id))).toEqual([]);
  });

  it("agrees with what the vendors say of their models", async () => {
    const text = [...(await all())].flatMap(([id, operations]) => (operations.includes("ai.generateText") ? [id] : []));
    const namesOf = (vendor: string): string[] =>
      text.flatMap((id) => (id.startsWith(`${vendor}/`) ? [id.slice(vendor.length + 1)] : []));
    // Chat or responses: what has neither generates no text.
    for (const name of namesOf("openai"))
      expect(openaiModel(name)?.serves.join() ?? "chat", name).toMatch(/chat|responses/);
    for (const name of namesOf("anthropic")) expect(claudeModel(name), name).toBeDefined();
    expect(
      text.filter((id) => /^anthropic\/claude-3-|^openai\/(gpt-4-32k|o1-mini)|^google\/gemini-1\./.test(id)),
    ).toEqual([]);
  });

  it("holds no model whose vendor has no credential that could pay", async () => {
    const listed = (await openai.models.list()).data;
    expect(listed.map((model) => nexusPart.parse(model).nexus.credentialTier)).not.toContain(null);
    expect(listed.filter(({ id }) => /^(ollama|vllm|compatible)\//.test(id))).toEqual([]);
  });

  it("can be called, each for its operation, and is the same at the typed doors", async () => {
    const procedure = listProcedures().find(({ name }) => name === "ai.models");
    if (!procedure) throw new Error("no ai.models");
    const headers = { authorization: `Bearer ${credential}` };
    for (const askFor of [askOverRest, askOverTrpc]) {
      const { text } = await sendRaw(test.port, { ...askFor(procedure, { vendor: "openai" }), headers });
      expect(text).toContain('"openai/gpt-4o-mini"');
      expect(text).not.toContain('"openai/gpt-4o-realtime-preview"');
    }
    const { text } = await sendRaw(test.port, {
      ...askOverRest(procedure, { search: "GPT-4O", limit: 2 }),
      headers,
    });
    const found = z.object({ models: z.array(z.object({ id: z.string() })) }).parse(JSON.parse(text)).models;
    expect(found).toHaveLength(2);
    for (const { id } of found) expect(id).toContain("gpt-4o");
    for (const [id, operations] of await all()) {
      if (!operations.includes("ai.embed")) continue;
      await openai.embeddings.create({ model: id, input: "one" });
    }
  });
});

describe("by name", () => {
  it.each([
    ["openai/gpt-4o-mini", "openai/gpt-4o-mini"],
    ["gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06"],
    ["claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"],
    ["text-embedding-3-small", "openai/text-embedding-3-small"],
  ])("%s is %s in both shapes", async (name, id) => {
    expect(await openai.models.retrieve(name)).toMatchObject({ id, object: "model" });
    expect(await anthropic.models.retrieve(name)).toMatchObject({ id, type: "model", display_name: id });
  });

  it.each(["openai/davinci-002", "google/claude-sonnet-4-5", "openai/nothing", "nobody/x"])(
    "%s is not found",
    async (name) => {
      expect(await errorOf(openai.models.retrieve(name))).toMatchObject({ status: 404, code: "MODEL_UNKNOWN" });
      const error = await errorOf(anthropic.models.retrieve(name));
      expect(error).toMatchObject({ status: 404, error: { type: "error", error: { type: "not_found_error" } } });
    },
  );

  it.each(["google/x?y", "a/%2e%2e/b", "a\\b", "gpt-4o.", "\u200bgpt-4o"])(
    "%j is refused, naming the field",
    async (name) => {
      const answer = await sendRaw(test.port, {
        method: "GET",
        path: `/v1/models/${encodeURIComponent(name)}`,
        headers: { authorization: `Bearer ${credential}` },
      });
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "INVALID_INPUT", param: "model" } });
    },
  );
});

describe("in Anthropic's shape", () => {
  it("lists what messages can reach, in pages that its client walks", async () => {
    const ids: string[] = [];
    for await (const model of anthropic.models.list({ limit: 7 })) {
      expect(model).toMatchObject({ type: "model", created_at: "1970-01-01T00:00:00Z" });
      expect(operationsOf(model)).toContain("ai.generateText");
      ids.push(model.id);
    }
    const texts = [...(await all())].filter(([, operations]) => operations.includes("ai.generateText"));
    expect(ids).toEqual(texts.map(([id]) => id));
  });

  it("pages forwards and backwards", async () => {
    const first = await anthropic.models.list({ limit: 3 });
    expect(first).toMatchObject({ has_more: true, first_id: first.data[0]?.id, last_id: first.data[2]?.id });
    const second = await anthropic.models.list({ limit: 3, after_id: first.last_id ?? "" });
    expect(second.first_id).not.toBe(first.last_id);
    const back = await anthropic.models.list({ limit: 2, before_id: second.first_id ?? "" });
    expect(back.data.map(({ id }) => id)).toEqual(first.data.slice(1).map(({ id }) => id));
    expect(back.has_more).toBe(true);
  });

  it("refuses a page that there is not, naming the field", async () => {
    for (const [query, field] of [
      [{ limit: 0 }, "limit"],
      [{ limit: 1_001 }, "limit"],
      [{ after_id: "nobody/x" }, "after_id"],
      [{ after_id: "openai/gpt-4o-mini", before_id: "openai/gpt-4o-mini" }, "after_id"],
    ] as const)
      expect(String(await errorOf(Promise.resolve(anthropic.models.list(query))))).toContain(field);
  });
});

it("says 403 without the permission, and 405 to another method", async () => {
  const { credential: bare } = test.issue({ permissions: new Set() });
  const poor = new OpenAI({ apiKey: bare, baseURL: `${test.url}/v1`, maxRetries: 0 });
  expect(await errorOf(Promise.resolve(poor.models.list()))).toMatchObject({ status: 403, code: "SCOPE_DENIED" });
  const headers = { authorization: `Bearer ${credential}` };
  expect((await sendRaw(test.port, { method: "POST", path: "/v1/models", headers, body: "{}" })).status).toBe(405);
});
