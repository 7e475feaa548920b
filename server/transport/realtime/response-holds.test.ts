import { afterAll, beforeAll, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { RealtimeTalk } from "../../../test/realtime-talk.ts";

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
