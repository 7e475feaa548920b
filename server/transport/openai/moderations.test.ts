import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusFacts } from "../../contracts/nexus-facts.ts";
import { createOpenAiDoor, openAiErrorReply } from "./index.ts";

let world: TestGateway;
let ctx: CallContext;
let door: Awaited<ReturnType<typeof listenDoor>>;
let client: OpenAI;

beforeAll(async () => {
  world = await openTestGateway();
  door = await listenDoor({
    answer: createOpenAiDoor(world.gateway),
    encodeError: openAiErrorReply,
    context: (known) => ({ ...ctx, ...known, door: "openai" }),
  });
  client = new OpenAI({ apiKey: "unused", baseURL: `${door.url}/v1`, maxRetries: 0 });
});
beforeEach(async () => {
  await world.sandbox.reset();
  ctx = world.context();
});
afterAll(async () => {
  await door.close();
  await world.close();
});

const model = "openai/omni-moderation-latest";
const png =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const image = { type: "image_url" as const, image_url: { url: png } };

const refusalOf = async (body: object): Promise<APIError> => {
  const error: unknown = await client.moderations.create(body as OpenAI.ModerationCreateParams).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof APIError) return error;
  throw new Error(`not an API error: ${String(error)}`);
};

it("gives the official client a verdict, and leaves one row of a cost of zero", async () => {
  const { data, response } = await client.moderations
    .create({ model, input: "I will [[flag:violence]] hit you" })
    .withResponse();
  expect(data.id).toMatch(/^modr-/);
  expect(data.results).toMatchObject([
    { flagged: true, categories: { violence: true, hate: false }, category_scores: { violence: expect.any(Number) } },
  ]);
  expect(data.results[0]?.category_applied_input_types.violence).toEqual(["text"]);
  const facts = NexusFacts.parse(Reflect.get(data, "nexus"));
  expect(facts).toMatchObject({ vendor: "openai", model: "omni-moderation-latest", costNanoUsd: "0" });
  expect(response.headers.get("x-nexus-operation-id")).toBe(facts.operationId);
  expect(await world.row(facts.operationId)).toMatchObject({ state: "settled", source: "provider", cost: 0n });
});

it("judges each text of a list for itself, and texts and images together", async () => {
  const list = await client.moderations.create({ model, input: ["Hello", "[[flag:hate]]"] });
  expect(list.results.map(({ flagged }) => flagged)).toEqual([false, true]);
  const together = await client.moderations.create({ model, input: [{ type: "text", text: "Look" }, image] });
  expect(together.results).toHaveLength(1);
  expect(together.results[0]?.category_applied_input_types.violence).toEqual(["text", "image"]);
});

it("means the vendor's newest model where none is named", async () => {
  const answer = await client.moderations.create({ input: "Hello" });
  expect(NexusFacts.parse(Reflect.get(answer, "nexus"))).toMatchObject({ model: "omni-moderation-latest" });
});

it.each([
  ["input", {}],
  ["input", { input: "" }],
  ["input", { input: [] }],
  ["input", { input: [{ type: "image_url", image_url: { url: "http://pictures.example.com/a.png" } }] }],
  ["input", { input: [{ type: "image_url", image_url: { url: "data:application/pdf;base64,AAAA" } }] }],
  ["input", { input: [{ type: "text", text: "a", cache: true }] }],
  ["surprise", { input: "Hello", surprise: 1 }],
])("a body with a wrong %s is refused before anything is asked: %j", async (field, body) => {
  const error = await refusalOf({ model, ...body });
  expect(error.status).toBe(400);
  expect(error.code).toBe("INVALID_INPUT");
  expect(error.param).toMatch(new RegExp(`^${field}`));
  expect(world.sandbox.requests()).toHaveLength(0);
  expect(await world.rows(ctx.organizationId)).toEqual([]);
});

it("refuses a model that cannot do it, and passes on what the vendor refuses", async () => {
  expect(await refusalOf({ model: "openai/gpt-4o-mini", input: "Hello" })).toMatchObject({
    status: 422,
    code: "CAPABILITY_MISSING",
  });
  const refused = await refusalOf({ model, input: [image, image] });
  expect(refused.status).toBe(400);
  expect(refused.message).toContain("Number of images (2) exceeds maximum of 1");
});
