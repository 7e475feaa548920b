import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { RealtimeTalk, voice } from "../../../test/realtime-talk.ts";
import { operatorNamed } from "../../contracts/operator.ts";
import { setBudget } from "../../domain/budgets/index.ts";
import { TurnSound } from "./turn-sound.ts";

let gateway: ListeningGateway;
beforeAll(async () => {
  gateway = await openListeningGateway();
});
afterAll(() => gateway.close());

const long = "and so on ".repeat(4_000);
const create = (text: string, id?: string) => ({
  type: "conversation.item.create",
  item: { ...(id === undefined ? {} : { id }), type: "message", role: "user", content: [{ type: "input_text", text }] },
});

/** A session that says next to nothing, so that what goes in is most of what a response costs. */
const begin = async () => {
  const { credential, organizationId } = gateway.issue();
  const talk = await RealtimeTalk.open(gateway.url, { credential, model: "openai/gpt-realtime" });
  await talk.set({ output_modalities: ["text"], max_output_tokens: 1 });
  const done = async (responses: number) => {
    await talk.times("response.done", responses);
    const rows = await gateway.rows(organizationId);
    for (const { state, cost, held } of rows) {
      expect(state).toBe("settled");
      expect(held).toBeGreaterThanOrEqual(cost ?? held + 1n);
    }
    return rows.map(({ units, held }) => ({ into: units?.["input"] ?? 0, held }));
  };
  return { talk, done };
};

it("what is said after a response was asked for is no part of it, however soon it is said", async () => {
  const { talk, done } = await begin();
  talk.send({ type: "response.create" });
  talk.send(create(long));
  const [first] = await done(1);
  expect(first?.into).toBeLessThan(100);
  talk.send({ type: "response.create" });
  const [, second] = await done(2);
  expect(second?.into).toBeGreaterThan(9_000);
  talk.close();
});

it("changes that its vendor has not confirmed are held all together", async () => {
  const { talk, done } = await begin();
  const description = long.slice(0, 10_000);
  const tool = { type: "function", name: "wait", description, parameters: { type: "object", properties: {} } };
  talk.send({ type: "session.update", session: { type: "realtime", instructions: description } });
  talk.send({ type: "session.update", session: { type: "realtime", tools: [tool] } });
  talk.send({ type: "response.create", response: { tool_choice: "none" } });
  const [row] = await done(1);
  // A byte is a token at most, and a token costs 4,000 nano-USD.
  expect(row?.held).toBeGreaterThan(20_000n * 4_000n);
  talk.close();
});

it("sound that waits in the buffer is held by the format in which it is read at last", async () => {
  const { talk, done } = await begin();
  talk.send({ type: "input_audio_buffer.append", audio: Buffer.alloc(48 * 120_000).toString("base64") });
  await talk.set({ audio: { input: { format: { type: "audio/pcmu" }, turn_detection: null } } });
  talk.send({ type: "input_audio_buffer.commit" });
  talk.send({ type: "response.create" });
  await done(1);
  talk.close();
});

it("an item is referred to once, as it is counted once; traces are left out", async () => {
  const { talk, done } = await begin();
  const { session } = await talk.set({ tracing: { workflow_name: "support" } });
  expect(session).toMatchObject({ tracing: null });
  talk.send(create(long, "item_of_mine"));
  const reference = { type: "item_reference", id: "item_of_mine" };
  expect(await talk.respond({ input: [reference, reference] })).toMatchObject({
    type: "error",
    error: { param: "response.input[1].id" },
  });
  expect(await talk.respond({ input: [reference] })).toMatchObject({ response: { status: "incomplete" } });
  await done(1);
  talk.close();
});

const setLimit = async (organizationId: string, limitNanos: string) => {
  await setBudget(
    gateway.deps,
    { ...operatorNamed("test"), organizationId },
    { scope: "organization", period: "total", limitNanos },
  );
  await gateway.refresh();
};

it("its vendor is asked for nothing that no budget has room for", async () => {
  const { credential, organizationId } = gateway.issue();
  await setLimit(organizationId, "100000000");
  const talk = await RealtimeTalk.open(gateway.url, { credential, model: "openai/gpt-realtime" });
  await gateway.sandbox.reset();
  expect(await talk.respond()).toMatchObject({ type: "error", error: { code: "BUDGET_EXCEEDED" } });
  expect(await talk.respond({ output_modalities: ["text"], max_output_tokens: 50 })).toMatchObject({
    type: "response.done",
  });
  expect(gateway.sandbox.requests()).toHaveLength(1);
  talk.close();
});

it.each([
  // Pieces of telephones, 20 ms each, of 66 ms, and of an odd number of bytes.
  ["telephones", 160, 8],
  ["microphones", 3_200, 48],
  ["any size", 1_001, 48],
])("sound is cut where its vendor heard the turn, however long the session: pieces of %s", (_, length, bytesPerMs) => {
  const kept = new TurnSound(() => 0);
  const all = Buffer.alloc(
    length * 1_000,
    Uint8Array.from({ length: 251 }, (_byte, at) => at),
  );
  for (let at = 0; at < all.length; at += length)
    kept.append(all.subarray(at, at + length).toString("base64"), { bytesPerMs, kept: true, listens: false });
  const [startMs, endMs] = [12_001, 18_002];
  expect(kept.turn(startMs, endMs)?.equals(all.subarray(startMs * bytesPerMs, endMs * bytesPerMs))).toBe(true);
});

describe("a transcript of what somebody says", () => {
  const completed = "conversation.item.input_audio_transcription.completed";
  const failed = "conversation.item.input_audio_transcription.failed";
  const sound = (ms: number, loud: boolean) => ({ type: "input_audio_buffer.append", audio: voice(ms, loud) });
  const open = async (issued: ReturnType<ListeningGateway["issue"]>, transcription: object) => {
    const talk = await RealtimeTalk.open(gateway.url, { credential: issued.credential, model: "openai/gpt-realtime" });
    const told = await talk.set({ output_modalities: ["text"], audio: { input: { transcription } } });
    return {
      talk,
      told,
      transcripts: async () => {
        const rows = await gateway.rows(issued.organizationId);
        return rows.filter(({ model }) => !model.startsWith("gpt-realtime"));
      },
    };
  };

  it("is a call of its own, made of the turn alone, held, charged and shown with its item", async () => {
    const { talk, told, transcripts } = await open(gateway.issue(), {
      model: "gpt-4o-mini-transcribe",
      language: "en",
    });
    expect(told).toMatchObject({
      session: { audio: { input: { transcription: { model: "gpt-4o-mini-transcribe", language: "en" } } } },
    });
    for (const [silent, spoken] of [
      [30_000, 2_000],
      [10_000, 11_000],
    ] as const) {
      for (const said of [sound(silent, false), sound(spoken, true), sound(600, false)]) talk.send(said);
      const { item_id, transcript, usage, nexus } = await talk.next(completed, failed);
      // From 300 ms before the voice was heard until 500 ms after.
      const heard = Math.ceil((spoken + 800) / 100);
      expect(usage).toMatchObject({ type: "tokens", input_token_details: { audio_tokens: heard } });
      expect(transcript).toBe(spoken > 10_000 ? "The river is calm. A boat is coming." : "The river is calm.");
      const row = (await transcripts()).at(-1);
      expect(row).toMatchObject({ state: "settled", source: "provider", model: "gpt-4o-mini-transcribe" });
      expect(row?.units).toEqual(
        gateway.sandbox.requests().findLast(({ path }) => path === "/audio/transcriptions")?.units,
      );
      expect(row?.held).toBeGreaterThanOrEqual(row?.cost ?? 1n << 62n);
      expect(nexus).toMatchObject({ costNanoUsd: String(row?.cost) });
      talk.send({ type: "conversation.item.retrieve", item_id });
      expect(await talk.next("conversation.item.retrieved")).toMatchObject({ item: { content: [{ transcript }] } });
    }
    expect(await transcripts()).toHaveLength(2);
    talk.close();
  });

  it("is made of what its client commits, in the session's format, without what was cleared or is refused", async () => {
    const { talk, transcripts } = await open(gateway.issue(), { model: "whisper-1" });
    await talk.set({ audio: { input: { format: { type: "audio/pcmu" }, turn_detection: null } } });
    const append = (ms: number) =>
      talk.send({ type: "input_audio_buffer.append", audio: Buffer.alloc(ms * 8, 0x05).toString("base64") });
    const said = async () => (await talk.next(completed, failed))["usage"];
    append(9_000);
    talk.send({ type: "input_audio_buffer.clear" });
    talk.send({ type: "input_audio_buffer.commit" });
    expect(await talk.next("error")).toMatchObject({
      error: { code: "input_audio_buffer_commit_empty", event_id: null },
    });
    append(5_000);
    talk.send({ type: "input_audio_buffer.commit" });
    append(12_000);
    talk.send({ type: "input_audio_buffer.commit" });
    expect([await said(), await said()]).toEqual(
      expect.arrayContaining([
        { type: "duration", seconds: 5 },
        { type: "duration", seconds: 12 },
      ]),
    );
    for (const minutes of [20, 20]) append(minutes * 60_000);
    talk.send({ type: "input_audio_buffer.commit" });
    expect(await talk.next(completed, failed)).toMatchObject({ type: failed, error: { code: "PAYLOAD_TOO_LARGE" } });
    await talk.set({ audio: { input: { transcription: null } } });
    append(1_000);
    talk.send({ type: "input_audio_buffer.commit" });
    await talk.next("conversation.item.done");
    expect(await transcripts()).toHaveLength(2);
    talk.close();
  });

  it("is refused at once where no model makes it, and by itself where no budget has room", async () => {
    const issued = gateway.issue();
    const unknown = await open(issued, { model: "openai/gpt-none" });
    expect(unknown.told).toMatchObject({ type: "error", error: { code: "MODEL_UNKNOWN" } });
    unknown.talk.close();
    await setLimit(issued.organizationId, "1");
    const { talk, told } = await open(issued, { model: "whisper-1" });
    expect(told).toMatchObject({ type: "session.updated" });
    await talk.set({ audio: { input: { turn_detection: null } } });
    talk.send(sound(1_000, true));
    talk.send({ type: "input_audio_buffer.commit" });
    expect(await talk.next(failed)).toMatchObject({ content_index: 0, error: { code: "BUDGET_EXCEEDED" } });
    talk.close();
  });
});
