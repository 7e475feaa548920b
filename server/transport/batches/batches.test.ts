import Anthropic, { APIError as AnthropicError } from "@anthropic-ai/sdk";
import OpenAI, { APIError, toFile } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import { batchFollowing } from "../../assembly/batch-following.ts";
import { batchOperationOf } from "../../contracts/batch-id.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { listAuditEvents } from "../../domain/audit/index.ts";
import { endBatch, noteCancelled, requireBatch } from "../../domain/batches/index.ts";
import { resolveUncertain } from "../../gateway/resolve-uncertain.ts";
import { anthropicErrorReply } from "../anthropic/index.ts";
import { createFilesDoor, filesErrorReply } from "../files/index.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { createAnthropicBatchesDoor, createOpenAiBatchesDoor, followBatches } from "./index.ts";

let world: TestGateway;
let ctx: CallContext;
let openai: OpenAI;
let anthropic: Anthropic;
let close: () => Promise<void>;

const everything = new Set(["srv_nexus.ai:invoke", "srv_nexus.ai:read", "srv_nexus.audit:read"]);

beforeAll(async () => {
  world = await openTestGateway();
  const { deps, gateway } = world;
  const kept = { gateway, deps };
  const files = createFilesDoor(kept);
  const ofOpenAi = createOpenAiBatchesDoor(kept);
  const ofAnthropic = createAnthropicBatchesDoor(kept, "");
  const door = await listenDoor({
    answer: (request, caller) => {
      if (request.path.startsWith("/v1/files")) return files(request, caller);
      return (request.path.startsWith("/v1/messages") ? ofAnthropic : ofOpenAi)(request, caller);
    },
    encodeError: (error, requestId, request) => {
      if (request.path.startsWith("/v1/files")) return filesErrorReply(error, requestId, request);
      return (request.path.startsWith("/v1/messages") ? anthropicErrorReply : openAiErrorReply)(error, requestId);
    },
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  ({ close } = door);
  openai = new OpenAI({ apiKey: "unused", baseURL: `${door.url}/v1`, maxRetries: 0 });
  anthropic = new Anthropic({ apiKey: "unused", baseURL: door.url, maxRetries: 0 });
});
afterAll(async () => {
  await close();
  await world.close();
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context({ permissions: everything });
});

const refusal = async (work: Promise<unknown>): Promise<{ readonly status: number; readonly body: unknown }> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError || error instanceof AnthropicError)
    return { status: Number(error.status), body: error.error };
  throw new Error(`not an API error: ${String(error)}`);
};

/** Every batch is asked after once, however recently it was. */
const look = async (): Promise<void> => {
  await world.deps.db.pool.query(
    "update nexus.ai_batch set look_at = clock_timestamp() where look_at is not null and organization_id = $1",
    [ctx.organizationId],
  );
  await followBatches({ gateway: world.gateway, deps: world.deps, ...batchFollowing(world.runtime) });
};
const lookUntilEnded = async (): Promise<void> => {
  for (let looks = 0; looks < 6; looks += 1) await look();
};

const operationOf = (id: string): string => batchOperationOf(id) ?? "";

const chatLine = (customId: string, content: string, more: object = {}) => ({
  custom_id: customId,
  method: "POST",
  url: "/v1/chat/completions",
  body: { model: "gpt-4o-mini", messages: [{ role: "user", content }], max_tokens: 40, ...more },
});
const upload = async (lines: readonly unknown[]) =>
  openai.files.create({
    file: await toFile(Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join("")), "requests.jsonl"),
    purpose: "batch",
  });
const start = async (lines: readonly unknown[], metadata?: Record<string, string>) =>
  openai.batches.create({
    input_file_id: (await upload(lines)).id,
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    ...(metadata === undefined ? {} : { metadata }),
  });
const three = [chatLine("a", "Say a."), chatLine("b", "Say b."), chatLine("c", "Say c.")];

describe("the official openai client", () => {
  it("creates, follows and reads a batch, which is one ledger row at half the price of its answers", async () => {
    const made = await start(three, { farm: "north" });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^batch_[0-9a-f]{32}$/),
      object: "batch",
      endpoint: "/v1/chat/completions",
      status: "validating",
      request_counts: { total: 3, completed: 0, failed: 0 },
      metadata: { farm: "north" },
    });
    const held = await world.row(operationOf(made.id));
    expect(held).toMatchObject({ state: "open", cost: null, vendor: "openai", model: "gpt-4o-mini" });
    expect(held.held > 0n).toBe(true);
    expect((await world.counters(ctx.organizationId)).reserved).toBe(held.held);
    await look();
    expect((await openai.batches.retrieve(made.id)).status).toBe("in_progress");
    await lookUntilEnded();
    const ended = await openai.batches.retrieve(made.id);
    expect(ended).toMatchObject({
      status: "completed",
      error_file_id: null,
      request_counts: { total: 3, completed: 3, failed: 0 },
      completed_at: expect.any(Number),
    });
    const text = await (await openai.files.content(ended.output_file_id ?? "")).text();
    const answers = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(answers.map(({ custom_id }) => custom_id)).toEqual(["a", "b", "c"]);
    // gpt-4o-mini: 150, 75 cached and 600 nano-USD a token, half of that in a batch.
    let cost = 0n;
    for (const { response } of answers) {
      const { prompt_tokens: input, completion_tokens: output, prompt_tokens_details: details } = response.body.usage;
      const cached: number = details?.cached_tokens ?? 0;
      cost += (BigInt((input - cached) * 150 + cached * 75 + output * 600) + 1n) / 2n;
    }
    const row = await world.row(operationOf(made.id));
    expect(row).toMatchObject({ state: "settled", source: "provider", cost, booked: cost });
    expect(cost < row.held).toBe(true);
    expect(await world.counters(ctx.organizationId)).toMatchObject({ reserved: 0n, spent: cost });
    expect(await world.rows(ctx.organizationId)).toHaveLength(1);
    const { events } = await listAuditEvents(world.deps, ctx, { limit: 10 });
    expect(events.map(({ action, target }) => `${action} ${target}`)).toContain(`batch.create ${made.id}`);
    const listed: string[] = [];
    for await (const batch of openai.batches.list({ limit: 1 })) listed.push(batch.id);
    expect(listed).toEqual([made.id]);
  });

  it("has ended as its vendor said last, although its cancelling was noted while it was being charged", async () => {
    const { id } = await start(three);
    const batch = await requireBatch(world.deps, ctx.organizationId, id);
    await noteCancelled(world.deps, ctx, batch, { ...batch.told, status: "cancelling" });
    const last = { ...batch.told, status: "cancelled" } as const;
    await endBatch(world.deps, { ...batch, told: last }, { answers: undefined, errors: undefined });
    expect((await openai.batches.retrieve(id)).status).toBe("cancelled");
  });

  it("is charged for what was answered where a batch expires, fails in part or is cancelled", async () => {
    const expires = await start(three, { sandbox: "expires" });
    const partly = await start([chatLine("good", "Hello."), chatLine("bad", "Hello.", { logit_bias: { x: 500 } })]);
    const cancelled = await start(three);
    await look();
    expect((await openai.batches.cancel(cancelled.id)).status).toBe("cancelling");
    await lookUntilEnded();
    expect(await openai.batches.retrieve(expires.id)).toMatchObject({
      status: "expired",
      error_file_id: expect.stringMatching(/^file_/),
      request_counts: { total: 3, completed: 2, failed: 0 },
    });
    const failures = await openai.batches.retrieve(partly.id);
    expect(failures.status).toBe("completed");
    expect(await openai.batches.retrieve(cancelled.id)).toMatchObject({
      status: "cancelled",
      request_counts: { completed: 2 },
    });
    const costs = await Promise.all(
      [expires, partly, cancelled].map(async ({ id }) => (await world.row(operationOf(id))).cost ?? -1n),
    );
    expect(costs.every((cost) => cost > 0n)).toBe(true);
    const { reserved, spent } = await world.counters(ctx.organizationId);
    expect(reserved).toBe(0n);
    expect(spent).toBe(costs.reduce((sum, cost) => sum + cost, 0n));
    expect(await refusal(openai.batches.cancel(cancelled.id))).toMatchObject({ status: 409 });
  });

  it.each([
    ["no JSON", ["{"], "line 1"],
    ["a name twice", [three[0], three[0]], "line 2.custom_id"],
    ["another endpoint", [{ ...three[0], url: "/v1/embeddings" }], "line 1.url"],
    ["another method", [{ ...three[0], method: "GET" }], "line 1.method"],
    ["a second model", [three[0], chatLine("b", "Hello.", { model: "gpt-4o" })], "line 2.body.model"],
    ["another vendor's model", [chatLine("b", "Hello.", { model: "anthropic/claude-haiku-4-5" })], "line 1.body.model"],
    ["a stream", [chatLine("b", "Hello.", { stream: true })], "line 1.body.stream"],
    [
      "a spoken answer",
      [
        chatLine("a", "Hello.", {
          model: "gpt-audio",
          modalities: ["text", "audio"],
          audio: { voice: "alloy", format: "mp3" },
        }),
      ],
      "line 1.body.modalities",
    ],
  ])("refuses %s before anything is sent or set aside, and says where", async (_, lines, field) => {
    const { id } = await openai.files.create({
      file: await toFile(
        Buffer.from(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n")),
        "requests.jsonl",
      ),
      purpose: "batch",
    });
    const { status, body } = await refusal(
      openai.batches.create({ input_file_id: id, endpoint: "/v1/chat/completions", completion_window: "24h" }),
    );
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(field);
    expect(await world.rows(ctx.organizationId)).toEqual([]);
    expect(world.sandbox.requests().some(({ path }) => path === "/batches")).toBe(false);
  });

  it("sends what was reserved: the limit of tokens where none was named, and the vendor's name of the model", async () => {
    const { max_tokens: _limit, ...body } = chatLine("a", "Hello.").body;
    const made = await start([{ ...chatLine("a", "x"), body: { ...body, model: "openai/gpt-4o-mini" } }]);
    await lookUntilEnded();
    expect(await world.row(operationOf(made.id))).toMatchObject({ state: "settled", source: "provider" });
  });

  it("knows a repeat by its key, and no batch of another organization or by any other name", async () => {
    const { id: file } = await upload(three);
    const asked = { input_file_id: file, endpoint: "/v1/chat/completions", completion_window: "24h" } as const;
    const headers = { "idempotency-key": "harvest-1" };
    const first = await openai.batches.create(asked, { headers });
    expect((await openai.batches.create(asked, { headers })).id).toBe(first.id);
    expect(world.sandbox.requests().filter(({ method, path }) => method === "POST" && path === "/batches").length).toBe(
      1,
    );
    expect(await refusal(openai.batches.create({ ...asked, metadata: { other: "yes" } }, { headers }))).toMatchObject({
      status: 422,
    });
    await lookUntilEnded();
    expect((await openai.batches.create(asked, { headers })).id).toBe(first.id);
    const { output_file_id: output } = await openai.batches.retrieve(first.id);
    ctx = world.context({ permissions: everything });
    for (const id of [first.id, "batch_unknown", "..%2Ffiles", `batch_${"0".repeat(32)}`]) {
      expect(await refusal(openai.batches.retrieve(id))).toMatchObject({ status: 404 });
      expect(await refusal(openai.batches.cancel(id))).toMatchObject({ status: 404 });
    }
    expect(await refusal(openai.files.content(output ?? ""))).toMatchObject({ status: 404 });
    expect((await openai.batches.list()).data).toEqual([]);
    expect(await refusal(openai.batches.create(asked))).toMatchObject({ status: 404 });
  });

  it("finds a batch again whose start nobody could record, and charges it once", async () => {
    const { id } = await upload(three);
    // The vendor has it, and its answer is lost on the way.
    world.sandbox.script({ vendor: "openai", path: "/batches", times: 1, faults: [{ name: "reset-before-headers" }] });
    const lost = await refusal(
      openai.batches.create({ input_file_id: id, endpoint: "/v1/chat/completions", completion_window: "24h" }),
    );
    expect(lost.status).toBe(504);
    const [row] = await world.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "uncertain" });
    expect((await openai.batches.list()).data).toEqual([]);
    await resolveUncertain(world.gateway);
    const [found] = (await openai.batches.list()).data;
    expect(operationOf(found?.id ?? "")).toBe(row?.operationId);
    expect(await world.row(row?.operationId ?? "")).toMatchObject({ state: "open" });
    await lookUntilEnded();
    expect(await world.row(row?.operationId ?? "")).toMatchObject({ state: "settled", source: "provider" });
    expect((await world.counters(ctx.organizationId)).reserved).toBe(0n);
  });
});

describe("a process that dies", () => {
  it("leaves a batch to the next one, once its lease has run out, and what it had charged already is not charged again", async () => {
    const { id } = await start(three);
    const set = (to: string) =>
      world.deps.db.pool.query(`update nexus.ai_batch set ${to} where operation_id = $1`, [operationOf(id)]);
    const polls = () =>
      world.sandbox.requests().filter(({ method, path }) => method === "GET" && path.startsWith("/batches/"));
    await set("leased_until = clock_timestamp() + interval '1 hour'");
    await look();
    expect(polls()).toEqual([]);
    await set("leased_until = clock_timestamp() - interval '1 second'");
    await lookUntilEnded();
    const charged = await world.row(operationOf(id));
    const counters = await world.counters(ctx.organizationId);
    expect(charged.state).toBe("settled");
    // It died between the charge and the note of it.
    await set("ended_at = null, answers_file = null, look_at = clock_timestamp()");
    expect((await openai.batches.retrieve(id)).status).toBe("finalizing");
    await look();
    expect((await openai.batches.retrieve(id)).status).toBe("completed");
    expect(await world.row(operationOf(id))).toEqual(charged);
    expect(await world.counters(ctx.organizationId)).toEqual(counters);
  });
});

describe("the official Anthropic client", () => {
  const params = (content: string) => ({
    model: "claude-haiku-4-5",
    max_tokens: 30,
    messages: [{ role: "user" as const, content }],
  });

  it("creates, follows and reads a batch of several models, at the vendor's price for batches", async () => {
    const made = await anthropic.messages.batches.create({
      requests: [
        { custom_id: "one", params: params("Hello.") },
        { custom_id: "two", params: { ...params("Good day."), model: "claude-sonnet-4-5" } },
        { custom_id: "three", params: { ...params("Good bye."), stop_sequences: ["farewell"] } },
      ],
    });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^msgbatch_[0-9a-f]{32}$/),
      processing_status: "in_progress",
      request_counts: { processing: 3 },
      results_url: null,
    });
    expect(await refusal(fetchResults(made.id))).toMatchObject({ status: 409 });
    await lookUntilEnded();
    const ended = await anthropic.messages.batches.retrieve(made.id);
    expect(ended).toMatchObject({
      processing_status: "ended",
      request_counts: { processing: 0, succeeded: 3, errored: 0 },
    });
    let cost = 0n;
    const ids: string[] = [];
    for await (const { custom_id: id, result } of await anthropic.messages.batches.results(made.id)) {
      ids.push(id);
      if (result.type !== "succeeded") throw new Error(result.type);
      const { input_tokens: input, output_tokens: output, cache_read_input_tokens: read } = result.message.usage;
      const dear = result.message.model.startsWith("claude-sonnet") ? 3 : 1;
      cost += BigInt(Math.round(((input * 1_000 + output * 5_000 + (read ?? 0) * 100) * dear) / 2));
    }
    expect(ids).toEqual(["one", "two", "three"]);
    expect(await world.row(operationOf(made.id))).toMatchObject({ state: "settled", source: "provider", cost });
    const listed: string[] = [];
    for await (const batch of anthropic.messages.batches.list()) listed.push(batch.id);
    expect(listed).toEqual([made.id]);
    expect((await openai.batches.list()).data).toEqual([]);
  });

  const fetchResults = (id: string): Promise<unknown> =>
    anthropic.get(`/v1/messages/batches/${id}/results`, { headers: { "anthropic-version": "2023-06-01" } });

  it("cancels one, and is charged for what was answered by then", async () => {
    const made = await anthropic.messages.batches.create({
      requests: [1, 2, 3, 4].map((n) => ({ custom_id: `n${n}`, params: params(`Number ${n}.`) })),
    });
    expect((await anthropic.messages.batches.cancel(made.id)).processing_status).toBe("canceling");
    await lookUntilEnded();
    expect(await anthropic.messages.batches.retrieve(made.id)).toMatchObject({
      processing_status: "ended",
      request_counts: { succeeded: 2, canceled: 2 },
      cancel_initiated_at: expect.any(String),
    });
    const { cost, held } = await world.row(operationOf(made.id));
    expect(cost !== null && cost > 0n && cost < held).toBe(true);
  });

  it.each([
    ["a name with other characters", [{ custom_id: "a b", params: params("x") }], "requests.0.custom_id"],
    ["a stream", [{ custom_id: "a", params: { ...params("x"), stream: true } }], "requests.0.body.stream"],
    [
      "another vendor's model",
      [{ custom_id: "a", params: { ...params("x"), model: "openai/gpt-4o-mini" } }],
      "requests.0.body.model",
    ],
    ["no request at all", [], "requests"],
  ])("refuses %s before anything is sent, and says where", async (_, requests, field) => {
    const { status, body } = await refusal(
      anthropic.post("/v1/messages/batches", { body: { requests }, headers: { "anthropic-version": "2023-06-01" } }),
    );
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(field);
    expect(world.sandbox.requests()).toEqual([]);
  });
});
