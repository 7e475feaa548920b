import Anthropic, { APIError } from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import { NexusFacts } from "../../contracts/nexus-facts.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { anthropicErrorReply, createAnthropicDoor } from "./index.ts";

let world: TestGateway;
let ctx: CallContext;
let url: string;
let client: Anthropic;
const closing: (() => Promise<void>)[] = [];

const openDoor = async (gateway: Gateway): Promise<string> => {
  const door = await listenDoor({
    answer: createAnthropicDoor(gateway),
    encodeError: anthropicErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "anthropic" }),
  });
  closing.push(door.close);
  return door.url;
};

const clientOf = (base: string): Anthropic => new Anthropic({ apiKey: "unused", baseURL: base, maxRetries: 0 });

beforeAll(async () => {
  world = await openTestGateway();
  url = await openDoor(world.gateway);
  client = clientOf(url);
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await world.close();
});

const user = (content: string) => [{ role: "user" as const, content }];
const weather = {
  name: "weather",
  description: "The weather in a city",
  input_schema: { type: "object" as const, properties: { city: { type: "string" } }, required: ["city"] },
};

const caught = async (work: Promise<unknown>): Promise<APIError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw new Error(`not an API error: ${String(error)}`);
};

describe.each(["anthropic/claude-haiku-4-5", "openai/gpt-4o-mini", "google/gemini-2.5-flash"])(
  "the official client with %s",
  (model) => {
    it("gets a message that is paid for", async () => {
      const { data, response } = await client.messages
        .create({ model, max_tokens: 200, system: "Be kind.", messages: user("Hello there") })
        .withResponse();
      const [block] = data.content;
      expect(block?.type === "text" && block.text).toContain("Hello there");
      expect(data.stop_reason).toBe("end_turn");
      expect(data.usage.output_tokens).toBeGreaterThan(0);
      const facts = NexusFacts.parse(Reflect.get(data, "nexus"));
      expect(response.headers.get("x-nexus-operation-id")).toBe(facts.operationId);
      const row = await world.row(facts.operationId);
      expect(row).toMatchObject({ state: "settled", source: "provider", cost: BigInt(facts.costNanoUsd) });
      expect(row.cost).toBeGreaterThan(0n);
    });

    it("streams the same words and tells the cost before the end", async () => {
      const ask = { model, max_tokens: 200, messages: user("Hello stream") };
      const whole = await client.messages.create(ask);
      const final = await client.messages.stream(ask).finalMessage();
      const textOf = (message: Anthropic.Message): string =>
        message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
      expect(textOf(final)).toBe(textOf(whole));
      expect(final.stop_reason).toBe("end_turn");
      expect(final.usage.output_tokens).toBe(whole.usage.output_tokens);

      const response = await fetch(`${url}/v1/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...ask, stream: true }),
      });
      const text = await response.text();
      expect(text).toMatch(/\n\n: nexus \{.*\}\n\nevent: message_stop\ndata: \{"type":"message_stop"\}\n\n$/);
      expect(text.match(/event: message_stop/g)).toHaveLength(1);
      const rows = await world.rows(ctx.organizationId);
      expect(rows.map(({ state, source }) => `${state} ${source}`)).toEqual(Array(3).fill("settled provider"));
      expect(new Set(rows.map(({ cost }) => cost)).size).toBe(1);
    });

    it("gets tool calls, complete and streamed, and answers them", async () => {
      const ask = { model, max_tokens: 300, messages: user("Please call the tool"), tools: [weather] };
      const whole = await client.messages.create(ask);
      const call = whole.content.find((block) => block.type === "tool_use");
      expect(call?.name).toBe("weather");
      expect(call?.input).toHaveProperty("city");
      expect(whole.stop_reason).toBe("tool_use");
      const final = await client.messages.stream(ask).finalMessage();
      const streamed = final.content.find((block) => block.type === "tool_use");
      expect(streamed?.input).toEqual(call?.input);

      const answer = await client.messages.create({
        ...ask,
        messages: [
          ...ask.messages,
          {
            role: "assistant",
            content: [{ type: "tool_use", id: call?.id ?? "", name: "weather", input: call?.input ?? {} }],
          },
          { role: "user", content: [{ type: "tool_result", tool_use_id: call?.id ?? "", content: "21 degrees" }] },
        ],
      });
      const [block] = answer.content;
      expect(block?.type === "text" && block.text).toContain("21 degrees");
    });
  },
);

describe("errors", () => {
  it("come in Anthropic's envelope", async () => {
    const response = await fetch(`${url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"model":"m","messages":[]}',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: "error",
      error: {
        type: "invalid_request_error",
        code: "INVALID_INPUT",
        issues: [{ field: "max_tokens" }, { field: "messages" }],
      },
      request_id: response.headers.get("request-id"),
    });
    expect(
      await caught(client.messages.create({ model: "anthropic/claude-none", max_tokens: 5, messages: user("Hi") })),
    ).toMatchObject({
      status: 404,
      type: "not_found_error",
    });
    expect((await fetch(`${url}/v1/messages`)).status).toBe(405);
  });

  it("break a stream off where the vendor did, and hold what it may cost", async () => {
    world.sandbox.script({ vendor: "anthropic", times: 1, faults: [{ name: "cut-mid-stream" }] });
    const own = clientOf(await openDoor(world.fresh()));
    const stream = await own.messages.create({
      model: "anthropic/claude-haiku-4-5",
      max_tokens: 100,
      messages: user("Hi"),
      stream: true,
    });
    const read = (async () => {
      for await (const event of stream) expect(event.type).not.toBe("message_stop");
    })();
    expect((await caught(read)).type).toBe("api_error");
    const [row] = await world.rows(ctx.organizationId);
    expect(row).toMatchObject({ state: "uncertain", doubt: "cut", booked: 0n });
  });
});
