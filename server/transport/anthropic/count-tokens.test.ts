import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { anthropicErrorReply, createAnthropicDoor } from "./index.ts";

let world: TestGateway;
let ctx: CallContext;
let client: Anthropic;
let url: string;
let close: (() => Promise<void>) | undefined;

beforeAll(async () => {
  world = await openTestGateway();
  const door = await listenDoor({
    answer: createAnthropicDoor(world.gateway),
    encodeError: anthropicErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "anthropic" }),
  });
  ({ url, close } = door);
  client = new Anthropic({ apiKey: "unused", baseURL: url, maxRetries: 0 });
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  await close?.();
  await world?.close();
});

const messages = [{ role: "user" as const, content: "How long is this?" }];

describe("/v1/messages/count_tokens", () => {
  it("is Anthropic's own count, and costs nothing", async () => {
    const counted = await client.messages.countTokens({ model: "anthropic/claude-haiku-4-5", messages }).withResponse();
    const [asked] = world.sandbox.requests();
    expect(asked).toMatchObject({ path: "/messages/count_tokens", model: "claude-haiku-4-5" });
    const { usage } = await client.messages.create({ model: "anthropic/claude-haiku-4-5", max_tokens: 10, messages });
    const { input_tokens: fresh, cache_read_input_tokens: read } = usage;
    expect(counted.data).toEqual({ input_tokens: fresh + (read ?? 0) });
    expect(counted.response.headers.get("x-nexus-usage-source")).toBe("provider");
    expect(counted.response.headers.get("x-nexus-credential-tier")).toBe("platform_default");
    // The one row is the answer's.
    expect(await world.rows(ctx.organizationId)).toHaveLength(1);
  });

  it.each(["openai/gpt-4o-mini", "google/gemini-2.5-flash"])("is an estimate for %s, and says so", async (model) => {
    const { data, response } = await client.messages.countTokens({ model, messages }).withResponse();
    expect(data).toMatchObject({ estimated: true });
    expect(data.input_tokens).toBeGreaterThan(5);
    expect(response.headers.get("x-nexus-usage-source")).toBe("estimated");
    expect(world.sandbox.requests()).toEqual([]);
    expect(await world.rows(ctx.organizationId)).toEqual([]);
  });

  it.each([
    [404, { model: "anthropic/claude-none", messages }],
    [400, { model: "anthropic/../claude-haiku-4-5", messages }],
    [400, { model: "anthropic/claude-haiku-4-5", messages: [] }],
    [400, { model: "anthropic/claude-haiku-4-5" }],
  ])("refuses with %i what a call would be refused for: %j", async (status, body) => {
    const response = await fetch(`${url}/v1/messages/count_tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(status);
    expect(world.sandbox.requests()).toEqual([]);
  });

  it("needs the permission that a call needs", async () => {
    ctx = world.context({ permissions: new Set() });
    const refused = await client.messages
      .countTokens({ model: "anthropic/claude-haiku-4-5", messages })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 403 });
    expect(world.sandbox.requests()).toEqual([]);
  });

  it("keeps the vendor's reason where it refuses", async () => {
    const refused = await client.messages
      .countTokens({
        model: "anthropic/claude-haiku-4-5",
        messages: [{ role: "user", content: "[[sandbox:bad-request]]" }],
      })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 400 });
  });

  it("shuts nothing for those who ask for answers, however often it is refused", async () => {
    const model = "anthropic/claude-haiku-4-5";
    for (const [status, type] of [
      [429, "rate_limit_error"],
      [401, "authentication_error"],
      [529, "overloaded_error"],
    ] as const) {
      const body = JSON.stringify({ type: "error", error: { type, message: "No." } });
      world.sandbox.script({ vendor: "anthropic", times: 12, faults: [{ name: "raw", status, body }] });
      for (let n = 0; n < 12; n += 1)
        await expect(client.messages.countTokens({ model, messages })).rejects.toThrow(Error);
      await world.sandbox.reset();
      const { content } = await client.messages.create({ model, max_tokens: 10, messages });
      expect(content).toHaveLength(1);
    }
  });

  it("answers to POST alone", async () => {
    expect((await fetch(`${url}/v1/messages/count_tokens`)).status).toBe(405);
  });
});
