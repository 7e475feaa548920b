import OpenAI, { APIError } from "openai";
import type { Response, ResponseStreamEvent } from "openai/resources/responses/responses";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { listAuditEvents } from "../../domain/audit/index.ts";
import {
  deleteKeptAnswer,
  keepingBounds,
  listKeptAnswers,
  readKeptAnswer,
  requireEndable,
  responseKind,
} from "../../domain/responses/index.ts";
import { cancelKeptAnswer } from "../kept-answers/index.ts";
import { openAiErrorReply } from "../openai/index.ts";
import { createResponsesDoor } from "./index.ts";
import { eventually } from "../../../test/eventually.ts";

let world: TestGateway;
let ctx: CallContext;
/** The same caller at two gateways that share nothing but the database. */
let here: OpenAI;
let elsewhere: OpenAI;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  world = await openTestGateway();
  const open = async (): Promise<OpenAI> => {
    const { deps, metrics } = world;
    const door = await listenDoor({
      answer: createResponsesDoor({ gateway: world.fresh({ callTimeoutMs: 1_000 }), deps, metrics }, 4_000),
      encodeError: openAiErrorReply,
      context: (known) => ({ ...ctx, ...known, door: "openai" }),
    });
    closers.push(door.close);
    return new OpenAI({ apiKey: "unused", baseURL: `${door.url}/v1`, maxRetries: 0 });
  };
  [here, elsewhere] = [await open(), await open()];
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  for (const close of closers) await close();
  await world.close();
});

const models = ["openai/gpt-5-mini", "anthropic/claude-haiku-4-5"];
const operationOf = ({ id }: Pick<Response, "id">): string => id.slice("resp_".length);

const ended = (client: OpenAI, { id }: Pick<Response, "id">): Promise<Response> =>
  eventually(async () => {
    const found = await client.responses.retrieve(id);
    expect(found.status).not.toMatch(/queued|in_progress/);
    return found;
  });

const row = (response: Pick<Response, "id">, state: string) =>
  eventually(async () => {
    const found = await world.row(operationOf(response));
    expect(found.state).toBe(state);
    return found;
  });

const refusal = async (asking: Promise<unknown>) => {
  const error = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof APIError)) throw new Error("not refused", { cause: error });
  return { status: error.status, param: error.param };
};

const read = async (stream: AsyncIterable<ResponseStreamEvent>, most = Infinity): Promise<ResponseStreamEvent[]> => {
  const events: ResponseStreamEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    if (events.length >= most) break;
  }
  return events;
};

const textOf = (events: readonly ResponseStreamEvent[]): string =>
  events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("");

describe.each(models)("%s in the background", (model) => {
  it("is found at once, with its money set aside, and later as a response that is paid for and goes on", async () => {
    world.sandbox.script({ faults: [{ name: "latency", delayMs: 300 }] });
    const ask = { model, input: "Hello there", max_output_tokens: 2_000, background: true, metadata: { job: "7" } };
    const begun = await here.responses.create(ask);
    expect(begun).toMatchObject({ object: "response", status: "queued", background: true, output: [], usage: null });
    expect(await world.counters(ctx.organizationId)).toMatchObject({ spent: 0n });
    expect((await world.counters(ctx.organizationId)).reserved).toBeGreaterThan(0n);
    expect((await elsewhere.responses.retrieve(begun.id)).status).toMatch(/queued|in_progress/);

    const whole = await ended(elsewhere, begun);
    expect(whole).toMatchObject({ id: begun.id, status: "completed", background: true, metadata: { job: "7" } });
    expect(whole.created_at).toBe(begun.created_at);
    expect(whole.output_text).toContain("Hello there");
    expect(await row(begun, "settled")).toMatchObject({ source: "provider", booked: expect.any(BigInt) });
    expect(await world.counters(ctx.organizationId)).toMatchObject({ reserved: 0n });
    const next = await elsewhere.responses.create({ model, previous_response_id: begun.id, input: "Hello again" });
    expect(next.output_text).toContain("Hello again");
    const rows = await world.rows(ctx.organizationId);
    expect(rows).toHaveLength(2);
  });

  it("is streamed, left, and read on from any event, here and at another process, while it runs and afterwards", async () => {
    world.sandbox.script({ faults: [{ name: "pace", everyMs: 30 }] });
    const asked = { model, input: "Tell a story. [[words:40]]", background: true, stream: true } as const;
    const first = await read(await here.responses.create(asked), 6);
    expect(first.slice(0, 3).map(({ type }) => type)).toEqual([
      "response.created",
      "response.queued",
      "response.in_progress",
    ]);
    const [created] = first;
    if (created?.type !== "response.created") throw new Error("not begun");
    const { id } = created.response;
    const rest = await read(await elsewhere.responses.retrieve(id, { stream: true, starting_after: 5 }));
    const all = [...first, ...rest];
    expect(all.map((event) => event.sequence_number)).toEqual(all.map((_event, place) => place));
    const last = all.at(-1);
    if (last?.type !== "response.completed") throw new Error("not completed");
    expect(last.response).toMatchObject({ id, status: "completed", background: true });
    expect(last.response.output_text ?? textOf(all)).toBe(textOf(all));
    expect(textOf(all).split(" ").length).toBeGreaterThan(30);
    for (const client of [here, elsewhere])
      expect(await read(await client.responses.retrieve(id, { stream: true }))).toEqual(all);
    expect(await row({ id }, "settled")).toMatchObject({ source: "provider" });
    expect((await here.responses.retrieve(id)).output).toEqual(last.response.output);
  });
});

it.each(["here", "elsewhere"])(
  "is cancelled %s, once and for all, and its call ends as one whose caller left",
  async (where) => {
    world.sandbox.script({ faults: [{ name: "pace", everyMs: 30 }] });
    const asked = { model: models[0], input: "Tell a story. [[words:60]]", background: true, stream: true } as const;
    const stream = await here.responses.create(asked);
    const told: ResponseStreamEvent[] = [];
    let id = "";
    for await (const event of stream) {
      told.push(event);
      if (event.type === "response.created") ({ id } = event.response);
      if (told.length === 6) {
        const client = where === "here" ? here : elsewhere;
        const cancelled = await client.responses.cancel(id);
        expect(cancelled).toMatchObject({ id, status: "cancelled", background: true });
        expect(await client.responses.cancel(id)).toMatchObject(cancelled);
        expect(await elsewhere.responses.retrieve(id)).toMatchObject(cancelled);
      }
    }
    expect(told.some(({ type }) => type === "response.completed")).toBe(false);
    expect(told.length).toBeLessThan(60);
    await eventually(async () => expect((await world.row(operationOf({ id }))).state).not.toBe("open"));
  },
);

it("of a process that fell silent is told as failed by every other, with the hold in doubt or its call still open", async () => {
  world.sandbox.script({ faults: [{ name: "hang-mid-body" }] });
  const asked = { model: models[0], input: "Hello", background: true, stream: true } as const;
  const [created] = await read(await here.responses.create(asked), 3);
  if (created?.type !== "response.created") throw new Error("not begun");
  const { id } = created.response;
  await eventually(async () => expect((await elsewhere.responses.retrieve(id)).status).toBe("in_progress"));
  await world.deps.db.pool.query(
    "update nexus.kept_response set alive_until = clock_timestamp() - interval '1 second' where response_id = $1",
    [operationOf({ id })],
  );
  const lost = await elsewhere.responses.retrieve(id);
  expect(lost).toMatchObject({ status: "failed", error: { code: "server_error" } });
  const events = await read(await elsewhere.responses.retrieve(id, { stream: true }));
  expect(events.at(-1)).toMatchObject({ type: "response.failed", response: { id, status: "failed" } });
  expect(events.map((event) => event.sequence_number)).toEqual(events.map((_event, place) => place));
  // Its own process notices, too, and lets its call go; what was told stays.
  await row({ id }, "uncertain");
  expect((await elsewhere.responses.retrieve(id)).status).toBe("failed");
  expect((await world.counters(ctx.organizationId)).reserved).toBeGreaterThan(0n);
});

it("that its vendor refuses or breaks off has failed, and costs what such a call costs", async () => {
  world.sandbox.script({ times: 1, faults: [{ name: "bad-request" }] });
  const refused = await here.responses.create({ model: "openai/gpt-4o-mini", input: "Hi", background: true });
  expect(await ended(here, refused)).toMatchObject({ status: "failed", output: [], error: { code: "server_error" } });
  expect(await row(refused, "released")).toMatchObject({ booked: 0n });
  world.sandbox.script({ times: 1, faults: [{ name: "cut-after-last-delta" }] });
  const cut = await here.responses.create({ model: "openai/gpt-4o-mini", input: "Hi", background: true });
  expect(await ended(here, cut)).toMatchObject({ status: "failed", error: { code: "server_error" } });
  await row(cut, "uncertain");
});

it("is one response and one row, however often its key is sent", async () => {
  world.sandbox.script({ faults: [{ name: "latency", delayMs: 200 }] });
  const headers = { "idempotency-key": `job-${ctx.organizationId}` };
  const ask = { model: "openai/gpt-4o-mini", input: "Hello", background: true };
  const begun = await here.responses.create(ask, { headers });
  const again = await elsewhere.responses.create(ask, { headers });
  expect(again.id).toBe(begun.id);
  await ended(here, begun);
  expect(await elsewhere.responses.create(ask, { headers })).toMatchObject({ id: begun.id, status: "completed" });
  expect(await refusal(here.responses.create({ ...ask, input: "Other" }, { headers }))).toMatchObject({ status: 422 });
  expect((await world.metrics.responsesRunning.get()).values).toMatchObject([{ value: 0 }]);
  // Deleted, it is still the answer that was paid for.
  await here.responses.delete(begun.id);
  expect(await here.responses.create(ask, { headers })).toMatchObject({ id: begun.id, status: "completed" });
  expect(await world.rows(ctx.organizationId)).toHaveLength(1);
});

it("refuses what OpenAI refuses, and what is beyond the bounds", async () => {
  const ask = { model: "openai/gpt-4o-mini", input: "Hi", background: true };
  expect(await refusal(here.responses.create({ ...ask, store: false }))).toEqual({ status: 400, param: "store" });
  const plain = await here.responses.create({ model: ask.model, input: "Hi" });
  expect(await refusal(here.responses.cancel(plain.id))).toEqual({ status: 400, param: "id" });
  expect(await refusal(here.responses.retrieve(plain.id, { stream: true }))).toEqual({ status: 400, param: "stream" });
  const whole = await here.responses.create(ask);
  await ended(here, whole);
  expect(await refusal(here.responses.retrieve(whole.id, { stream: true }))).toEqual({ status: 400, param: "stream" });
  expect(await refusal(here.get(`/responses/${whole.id}?stream=yes`))).toEqual({ status: 400, param: "stream" });
  expect(await refusal(here.get(`/responses/${whole.id}?starting_after=-1`))).toEqual({
    status: 400,
    param: "starting_after",
  });
  expect(await refusal(here.get(`/responses/${whole.id}/cancel`))).toMatchObject({ status: 405 });
  const own = ctx;
  ctx = world.context();
  expect(await refusal(here.responses.cancel(whole.id))).toMatchObject({ status: 404 });
  expect(await refusal(here.responses.retrieve(whole.id, { stream: true }))).toMatchObject({ status: 404 });
  ctx = own;
  await world.deps.db.pool.query(
    `insert into nexus.kept_response (response_id, organization_id, owner_digest, status, size, content, alive_until, expires_at)
     select gen_random_uuid(), $1, decode(repeat('00', 32), 'hex'), 'in_progress', 1, '\\x000161000000', now() + interval '1 hour', now() + interval '1 day'
       from generate_series(1, $2)`,
    [ctx.organizationId, keepingBounds.running],
  );
  expect(await refusal(here.responses.create(ask))).toMatchObject({ status: 429 });
  expect(await world.rows(ctx.organizationId)).toHaveLength(2);
});

describe("an answer that is kept", () => {
  const ann = "usr_ann";
  const asKey = (keyId: string): Partial<CallContext> => ({
    actor: { kind: "api_key", keyId, userId: ann },
    userId: ann,
    keyId,
  });
  const asPerson = (userId: string): Partial<CallContext> => ({
    actor: { kind: "user", userId, sessionId: "ses_1", role: "member", platformBypass: false },
    userId,
  });
  const asService = (userId: string | undefined): Partial<CallContext> => ({
    actor: { kind: "service", tokenId: "nst_1", userId },
    userId,
    keyId: "nst_1",
  });
  const use = "srv_nexus.ai:invoke";
  const as = (who: Partial<CallContext>, ...permissions: readonly string[]): CallContext =>
    world.context({ organizationId: ctx.organizationId, permissions: new Set(permissions), ...who });

  /** What each reader may do with an answer; undefined: it is not there for them. */
  const rightsOf = async (reader: CallContext, id: string) => {
    const { answers } = await listKeptAnswers(world.deps, reader, {
      status: undefined,
      kind: undefined,
      background: undefined,
      before: undefined,
      limit: 5,
    });
    const listed = answers.find((answer) => answer.id === id);
    const read = await readKeptAnswer(world.deps, reader, id).catch((error: unknown) => {
      expect(error).toMatchObject({ code: "NOT_FOUND" });
      return undefined;
    });
    expect(read?.rights).toEqual(listed?.rights);
    expect(JSON.stringify(listed ?? "")).not.toContain("Hello there");
    if (read?.turn !== undefined) expect(JSON.stringify(read.turn)).toContain("Hello there");
    return read && { readable: read.rights.readable && read.turn !== undefined, endable: read.rights.endable };
  };

  it("by a key is a person's to read and end who owns the key, and others' to know of or end as their rights go", async () => {
    const elsewhere = ctx.organizationId;
    ctx = world.context(asKey("key_1"));
    const { id } = await here.responses.create({ model: "openai/gpt-4o-mini", input: "Hello there" });
    expect(await rightsOf(as(asKey("key_1"), use), id)).toEqual({ readable: true, endable: true });
    expect(await rightsOf(as(asPerson(ann), use), id)).toEqual({ readable: true, endable: true });
    expect(await rightsOf(as(asPerson(ann)), id)).toEqual({ readable: false, endable: false });
    expect(await rightsOf(as(asKey("key_2"), use), id)).toEqual({ readable: false, endable: false });
    expect(await rightsOf(as(asPerson("usr_bob"), use), id)).toBeUndefined();
    const admin = as(asPerson("usr_carol"), use, "srv_nexus.budgets:manage");
    expect(await rightsOf(admin, id)).toEqual({ readable: false, endable: true });
    expect(await rightsOf(as(asService(undefined), use), id)).toEqual({ readable: false, endable: false });
    expect(await rightsOf({ ...admin, organizationId: elsewhere }, id)).toBeUndefined();
    expect(() =>
      requireEndable({ kind: responseKind, rights: { known: true, readable: false, endable: false } }),
    ).toThrow(expect.objectContaining({ code: "SCOPE_DENIED" }));
    await deleteKeptAnswer(world.deps, admin, { id, kind: responseKind, responseId: id.slice("resp_".length) });
    expect(await rightsOf(as(asPerson(ann), use), id)).toBeUndefined();
    const { events } = await listAuditEvents(world.deps, as(asPerson("usr_carol"), "srv_nexus.audit:read"), {
      limit: 5,
    });
    expect(events.map(({ action, target }) => `${action} ${target}`)).toContain(`response.delete ${id}`);
  });

  it("by an app for a person is not theirs to read, and theirs to cancel from wherever they are", async () => {
    ctx = world.context(asService(ann));
    world.sandbox.script({ faults: [{ name: "latency", delayMs: 5_000 }] });
    const begun = await here.responses.create({ model: "openai/gpt-4o-mini", input: "Hello there", background: true });
    const person = as(asPerson(ann), use);
    expect(await rightsOf(person, begun.id)).toEqual({ readable: false, endable: true });
    expect(await rightsOf(as(asService("usr_bob"), use), begun.id)).toEqual({
      readable: false,
      endable: false,
    });
    expect(await cancelKeptAnswer(world.deps, person, begun.id)).toMatchObject({
      status: "cancelled",
      turn: undefined,
    });
    expect((await here.responses.retrieve(begun.id)).status).toBe("cancelled");
  });
});
