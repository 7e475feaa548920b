import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import {
  generateObject,
  NexusClientError,
  uploadFile,
  type NexusClient,
  type StreamPart,
} from "../../client-sdk/src/index.ts";
import { largeFilmOf, stillVideoOf, waveOf } from "../../test/media-files.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { openSeedFlows, type FlowIdentity, type FlowOfApp, type SeedFlows } from "../../test/seed-flows.ts";

let flows: SeedFlows;

beforeAll(async () => {
  flows = await openSeedFlows();
});
afterAll(() => flows.close());
beforeEach(() => flows.gateway.sandbox.reset());

type Inputs<Verb extends keyof NexusClient["ai"]> = NexusClient["ai"][Verb] extends {
  readonly mutate: (input: infer Input, ...rest: never[]) => unknown;
}
  ? Input
  : never;

const textOf = async (nexus: NexusClient, input: Inputs<"streamText">): Promise<string> => {
  const parts: StreamPart[] = [];
  for await (const part of await nexus.ai.streamText.mutate(input)) parts.push(part);
  expect(parts.at(-1)).toMatchObject({ type: "finish", nexus: { costNanoUsd: expect.stringMatching(/^[1-9]\d*$/) } });
  return parts.flatMap((part) => (part.type === "text-delta" ? [part.delta] : [])).join("");
};

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!NexusClientError.is(error)) throw new Error("expected a refusal", { cause: error });
  return error.code;
};

interface Expected {
  readonly app: FlowOfApp;
  readonly appId: string;
  readonly operations: readonly string[];
  /** What each cost, where vendors bill it otherwise than by their answers at the listed price. */
  readonly costs?: readonly bigint[];
}

/** Every call is one row, of the organization, the person and the app, at exactly what its vendor bills. */
const expectRows = async ({ app, appId, operations, costs = flows.billed() }: Expected): Promise<void> => {
  const rows = await app.rows();
  const by = { organizationId: app.organizationId, appId, userId: app.person.id, state: "settled" };
  expect(rows.map(({ operation }) => operation)).toEqual(operations.map((name) => `ai.${name}`));
  for (const row of rows) expect(row).toMatchObject(by);
  const paid = rows.map(({ cost }) => cost).filter((cost) => cost > 0n);
  expect(paid).toEqual(costs.filter((cost) => cost > 0n));
  expect(await flows.gateway.counters(app.organizationId)).toEqual({
    reserved: 0n,
    spent: paid.reduce((sum, cost) => sum + cost, 0n),
    overrun: 0n,
  });
};

/** Once the app's budget is nothing, each of its calls is refused before a byte leaves, and no row is written. */
const expectRefusals = async (
  { rows, spendNothing }: FlowOfApp,
  calls: readonly (() => Promise<unknown>)[],
): Promise<void> => {
  await spendNothing();
  const before = [(await rows()).length, flows.gateway.sandbox.requests().length];
  for (const call of calls) expect(await codeOf(call())).toBe("BUDGET_EXCEEDED");
  expect([(await rows()).length, flows.gateway.sandbox.requests().length]).toEqual(before);
};

const roadmap = z.object({ title: z.string(), items: z.array(z.object({ name: z.string(), quarter: z.int() })) });
const identities: readonly FlowIdentity[] = ["person", "service"];

describe.each(identities)("Roadmapper, by the token of a %s", (identity) => {
  it("writes a plan as it is thought of, and makes a roadmap of it", async () => {
    const app = await flows.openApp("srv_roadmapper", identity);
    const plan = { model: "anthropic/claude-sonnet-4-5", prompt: "Plan two quarters.", maxOutputTokens: 300 };
    const draw = { model: "openai/gpt-4o-mini", prompt: "As a roadmap.", schema: roadmap, maxOutputTokens: 500 };
    expect(await textOf(app.nexus, plan)).not.toBe("");
    const { object } = await generateObject(app.nexus, draw);
    expect(object.title).toEqual(expect.any(String));
    await expectRows({ app, appId: "srv_roadmapper", operations: ["streamText", "generateObject"] });
    await expectRefusals(app, [() => textOf(app.nexus, plan), () => generateObject(app.nexus, draw)]);
  });
});

describe("BugFix", () => {
  const verdict = z.object({ fixed: z.boolean(), reason: z.string() });
  const review = { model: "openai/gpt-4o-mini", prompt: "Is it fixed?", schema: verdict, maxOutputTokens: 200 };
  const tools = [
    {
      name: "read_file",
      description: "Reads a file of the project",
      inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    },
  ];
  const model = "anthropic/claude-sonnet-4-5";

  it("reads files by a tool, writes a fix, and has it judged", async () => {
    const app = await flows.openApp("srv_bugfix", "service");
    const { nexus } = app;
    const question = { role: "user" as const, content: "Why does it crash? Please call the tool." };
    const asked = { model, tools, maxOutputTokens: 300 };
    const first = await nexus.ai.generateText.mutate({ ...asked, messages: [question] });
    expect(first.finishReason).toBe("tool-calls");
    const [call] = first.toolCalls;
    if (call === undefined) throw new Error("no tool was called");
    expect(call.toolName).toBe("read_file");
    const { toolCallId, toolName } = call;
    const input: unknown = JSON.parse(call.input);
    expect(input).toEqual({ path: expect.any(String) });
    const fix = await nexus.ai.generateText.mutate({
      ...asked,
      messages: [
        question,
        { role: "assistant", content: [{ type: "tool-call", toolCallId, toolName, input: { path: "main.ts" } }] },
        {
          role: "tool",
          content: [{ type: "tool-result", toolCallId, toolName, output: { type: "text", value: "throw 42;" } }],
        },
      ],
    });
    expect(fix.text).toContain("throw 42;");
    const { object } = await generateObject(nexus, review);
    expect(object.fixed).toEqual(expect.any(Boolean));
    await expectRows({ app, appId: "srv_bugfix", operations: ["generateText", "generateText", "generateObject"] });
    await expectRefusals(app, [
      () => nexus.ai.generateText.mutate({ ...asked, messages: [question] }),
      () => generateObject(nexus, review),
    ]);
  });

  it("pays for a verdict that does not fit, and is told what is wrong with it", async () => {
    const app = await flows.openApp("srv_bugfix", "person");
    const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };
    const message = { role: "assistant", content: '{"fixed":"perhaps"}' };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    const head = { id: "chatcmpl-1", object: "chat.completion", created: 1_760_000_000, model: "gpt-4o-mini" };
    flows.gateway.sandbox.script({
      vendor: "openai",
      faults: [{ name: "raw", body: JSON.stringify({ ...head, choices, usage }) }],
    });
    const paid = publishedCost("gpt-4o-mini", { input: 100, output: 50 });
    await expect(generateObject(app.nexus, review)).rejects.toMatchObject({
      code: "OBJECT_INVALID",
      effect: "done",
      details: { costNanoUsd: String(paid) },
      issues: expect.arrayContaining([{ field: "object.fixed", expected: "boolean" }]),
    });
    expect(await app.rows()).toMatchObject([{ errorCode: "OBJECT_INVALID" }]);
    await expectRows({ app, appId: "srv_bugfix", operations: ["generateObject"], costs: [paid] });
  });
});

describe("Showcase", () => {
  it("writes a page, draws its picture and makes its film", async () => {
    const app = await flows.openApp("srv_showcase", "person");
    const { nexus } = app;
    const page = { model: "google/gemini-2.5-flash", prompt: "Present a chair.", maxOutputTokens: 300 };
    const picture = { model: "openai/gpt-image-1-mini", prompt: "A chair", quality: "low" as const, size: "1024x1024" };
    const film = { model: "google/veo-3.1-fast-generate-preview", prompt: "A chair turns", durationSeconds: 4 };
    expect((await nexus.ai.generateText.mutate(page)).text).not.toBe("");
    expect((await nexus.ai.generateImage.mutate(picture)).images).toMatchObject([{ mediaType: "image/png" }]);
    const { id, heldNanoUsd } = await nexus.ai.videos.start.mutate(film);
    await flows.finishJobs();
    const made = await nexus.ai.videos.get.query({ videoId: id });
    expect(made).toMatchObject({ status: "completed", costNanoUsd: heldNanoUsd, appId: "srv_showcase" });
    expect(await nexus.ai.videos.content.query({ videoId: id })).toMatchObject({ mediaType: "video/mp4" });
    const costs = [...flows.billed().slice(0, 2), publishedCost("veo-3.1-fast-generate-preview", { videoSecond: 4 })];
    const operations = ["generateText", "generateImage", "videos.start"];
    await expectRows({ app, appId: "srv_showcase", operations, costs });
    await expectRefusals(app, [
      () => nexus.ai.generateText.mutate(page),
      () => nexus.ai.generateImage.mutate(picture),
      () => nexus.ai.videos.start.mutate(film),
    ]);
  });

  it("has a film of more than inline fits looked at, which its vendor keeps", async () => {
    const app = await flows.openApp("srv_showcase", "person");
    const { nexus } = app;
    const data = new Blob([Uint8Array.from(await largeFilmOf(90, 13_000_000))]);
    const film = await uploadFile(nexus, {
      provider: "google",
      filename: "tour.mp4",
      data,
    });
    expect(film).toMatchObject({
      mediaType: "video/mp4",
      seconds: 90,
      state: "processing",
      appId: "srv_showcase",
    });
    const look = (videoMetadata: { fps?: number; endOffset?: string }) => ({
      model: "google/gemini-2.5-flash",
      maxOutputTokens: 300,
      messages: [
        {
          role: "user" as const,
          content: [
            { type: "text" as const, text: "What is shown?" },
            {
              type: "file" as const,
              mediaType: film.mediaType,
              fileId: film.id,
              providerOptions: { google: { videoMetadata } },
            },
          ],
        },
      ],
    });
    const held = await nexus.ai.estimate.mutate({ generateText: look({}) });
    const all = await nexus.ai.generateText.mutate(look({}));
    expect(BigInt(all.nexus.costNanoUsd)).toBeLessThanOrEqual(BigInt(held.boundNanoUsd));
    const often = await nexus.ai.generateText.mutate(look({ fps: 4 }));
    const part = await nexus.ai.generateText.mutate(look({ endOffset: "10s" }));
    const inputOf = (answer: typeof all): number => answer.usage.inputTokens ?? 0;
    expect(inputOf(all)).toBeGreaterThan(90 * 258);
    expect(inputOf(often)).toBeGreaterThan(4 * 90 * 258);
    expect(inputOf(part)).toBeLessThan(11 * 300);
    expect(await nexus.ai.files.get.query({ fileId: film.id })).toMatchObject({
      state: "active",
    });
    const operations = ["generateText", "generateText", "generateText"];
    await expectRows({ app, appId: "srv_showcase", operations });
    await expectRefusals(app, [() => nexus.ai.generateText.mutate(look({}))]);
    expect(await nexus.ai.files.delete.mutate({ fileId: film.id })).toMatchObject({ deleted: true, atVendor: true });
  });

  it("says what is in a video, and what is said in it", async () => {
    const app = await flows.openApp("srv_showcase", "service");
    const { nexus } = app;
    const video = { type: "file" as const, mediaType: "video/mp4", data: (await stillVideoOf(2)).toString("base64") };
    const look = {
      model: "google/gemini-2.5-flash",
      maxOutputTokens: 300,
      messages: [{ role: "user" as const, content: [{ type: "text" as const, text: "What is this?" }, video] }],
    };
    const listen = {
      model: "openai/whisper-1",
      audio: { mediaType: "audio/wav", data: waveOf({ seconds: 2 }).toString("base64") },
    };
    expect((await nexus.ai.generateText.mutate(look)).text).not.toBe("");
    expect((await nexus.ai.transcribe.mutate(listen)).text).not.toBe("");
    await expectRows({ app, appId: "srv_showcase", operations: ["generateText", "transcribe"] });
    await expectRefusals(app, [() => nexus.ai.generateText.mutate(look), () => nexus.ai.transcribe.mutate(listen)]);
  });
});

describe("Socialize", () => {
  it("writes a post, has it judged, and draws its picture", async () => {
    const app = await flows.openApp("srv_socialize", "person");
    const { nexus } = app;
    const post = { model: "openai/gpt-4o-mini", prompt: "A post about chairs.", maxOutputTokens: 200 };
    const picture = { model: "openai/gpt-image-1-mini", prompt: "Chairs", quality: "low" as const, size: "1024x1024" };
    const model = "openai/omni-moderation-latest";
    const text = await textOf(nexus, post);
    expect(await nexus.ai.moderate.mutate({ model, content: text })).toMatchObject({ flagged: false });
    const bad = await nexus.ai.moderate.mutate({ model, content: "[[flag:violence]] Chairs" });
    expect(bad).toMatchObject({ flagged: true, categories: { violence: true }, nexus: { costNanoUsd: "0" } });
    expect((await nexus.ai.generateImage.mutate(picture)).images).toHaveLength(1);
    const operations = ["streamText", "moderate", "moderate", "generateImage"];
    await expectRows({ app, appId: "srv_socialize", operations });
    await expectRefusals(app, [() => textOf(nexus, post), () => nexus.ai.generateImage.mutate(picture)]);
  });

  it("finds a trend among posts, and on the web", async () => {
    const app = await flows.openApp("srv_socialize", "service");
    const { nexus } = app;
    const posts = ["Chairs of oak are back.", "Rain again.", "An oak chair lasts."];
    const vectors = { model: "openai/text-embedding-3-small", values: posts };
    const order = { model: "cohere/rerank-v4.0-fast", query: "oak chairs", documents: posts, topN: 2 };
    const trend = z.object({ trend: z.string(), posts: z.array(z.int()) });
    const webSearch = { maxUses: 2, allowedDomains: ["news.example"] };
    const model = "openai/gpt-4.1-mini";
    const name = { model, prompt: posts.join("\n"), schema: trend, maxOutputTokens: 200, webSearch };
    expect((await nexus.ai.embed.mutate(vectors)).embeddings).toHaveLength(3);
    const { ranking } = await nexus.ai.rerank.mutate(order);
    expect(ranking.map(({ index }) => index)).not.toContain(1);
    const { object, sources } = await generateObject(nexus, name);
    expect(object.trend).toEqual(expect.any(String));
    expect(sources).toContainEqual(expect.objectContaining({ url: "https://news.example/1" }));
    await expectRows({ app, appId: "srv_socialize", operations: ["embed", "rerank", "generateObject"] });
    await expectRefusals(app, [
      () => nexus.ai.embed.mutate(vectors),
      () => nexus.ai.rerank.mutate(order),
      () => generateObject(nexus, name),
    ]);
  });
});

describe("Social Studio", () => {
  it("plans a campaign, writes and draws for it, and has its captions written overnight", async () => {
    const app = await flows.openApp("srv_social_studio", "person");
    const { nexus } = app;
    const campaign = z.object({ goal: z.string(), channels: z.array(z.string()) });
    const plan = { model: "openai/gpt-4o-mini", prompt: "A campaign.", schema: campaign, maxOutputTokens: 300 };
    const write = { model: "google/gemini-2.5-flash", prompt: "Its first post.", maxOutputTokens: 200 };
    const picture = { model: "openai/gpt-image-1-mini", prompt: "A chair", quality: "low" as const, size: "1024x1024" };
    const model = "claude-haiku-4-5";
    const caption = (customId: string) => ({
      customId,
      body: { model, max_tokens: 60, messages: [{ role: "user", content: `A caption for ${customId}.` }] },
    });
    const captions = { endpoint: "/v1/messages" as const, requests: ["oak", "ash", "elm"].map(caption) };
    expect((await generateObject(nexus, plan)).object.goal).toEqual(expect.any(String));
    expect(await textOf(nexus, write)).not.toBe("");
    expect((await nexus.ai.generateImage.mutate(picture)).images).toHaveLength(1);
    const billed = [...flows.billed()];
    const { id } = await nexus.ai.batches.create.mutate(captions);
    await flows.finishJobs();
    expect(await nexus.ai.batches.get.query({ batchId: id })).toMatchObject({ status: "completed" });
    const { results } = await nexus.ai.batches.results.query({ batchId: id });
    expect(results.map(({ customId, outcome }) => `${customId} ${outcome}`).toSorted()).toEqual([
      "ash succeeded",
      "elm succeeded",
      "oak succeeded",
    ]);
    const counted = z.object({ usage: z.object({ input_tokens: z.int(), output_tokens: z.int() }) });
    let batch = 0n;
    for (const { body } of results) {
      const { usage } = counted.parse(body);
      batch += publishedCost(model, { input: usage.input_tokens, output: usage.output_tokens }) / 2n;
    }
    const operations = ["generateObject", "streamText", "generateImage", "batches.create"];
    await expectRows({ app, appId: "srv_social_studio", operations, costs: [...billed, batch] });
    await expectRefusals(app, [
      () => generateObject(nexus, plan),
      () => textOf(nexus, write),
      () => nexus.ai.generateImage.mutate(picture),
      () => nexus.ai.batches.create.mutate(captions),
    ]);
  });
});
