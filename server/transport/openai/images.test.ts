import OpenAI, { APIError } from "openai";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusFacts } from "../../contracts/nexus-facts.ts";
import { generateImageRequest } from "../../families/ai/index.ts";
import { call } from "../../gateway/call.ts";
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

const model = "openai/gpt-image-2";
const asked = { model, prompt: "A boat", n: 2, size: "1024x1024", quality: "high" } as const;

const refusalOf = async (body: object): Promise<APIError> => {
  const error: unknown = await client.images
    .generate({ ...asked, ...body } as OpenAI.Images.ImageGenerateParamsNonStreaming)
    .catch((thrown: unknown) => thrown);
  if (error instanceof APIError) return error;
  throw new Error(`not an API error: ${String(error)}`);
};

it("gives the official client images, and the same row of the ledger as the typed API", async () => {
  const { data, response } = await client.images.generate({ ...asked, response_format: "b64_json" }).withResponse();
  expect(data.data?.map(({ b64_json }) => b64_json?.slice(0, 11))).toEqual(["iVBORw0KGgo", "iVBORw0KGgo"]);
  // platform.openai.com/docs/guides/image-generation: a square of high quality.
  expect(data.usage?.output_tokens).toBe(2 * 7_024);
  const facts = NexusFacts.parse(Reflect.get(data, "nexus"));
  expect(facts).toMatchObject({ vendor: "openai", model: "gpt-image-2" });
  expect(response.headers.get("x-nexus-operation-id")).toBe(facts.operationId);
  const typed = await call(world.gateway, generateImageRequest(asked), ctx);
  const rows = await Promise.all([facts.operationId, typed.facts.operationId].map((id) => world.row(id)));
  const [native, own] = rows.map(({ operationId: _id, ...row }) => row);
  expect(native).toEqual(own);
  expect(native).toMatchObject({ state: "settled", source: "provider", cost: BigInt(2 * 5_000 + 2 * 7_024 * 30_000) });
});

it.each([
  ["model", { model: "" }],
  ["prompt", { prompt: "" }],
  ["n", { n: 11 }],
  ["size", { size: "huge" }],
  ["quality", { quality: "max" }],
  ["response_format", { response_format: "url" }],
  ["surprise", { surprise: 1 }],
])("a body with a wrong %s is refused before anything is asked: %j", async (field, body) => {
  const error = await refusalOf(body);
  expect(error).toMatchObject({ status: 400, code: "INVALID_INPUT" });
  expect(error.param).toMatch(new RegExp(`^${field}`));
  expect(world.sandbox.requests()).toHaveLength(0);
});

it.each([
  ["svg", { output_format: "svg", svg: { model: "gpt-5.5" } }],
  ["complexity", { complexity: "high" }],
])("%s is refused: nobody knows beforehand what it costs", async (_, body) => {
  expect((await refusalOf(body)).status).toBeGreaterThanOrEqual(400);
  expect(world.sandbox.requests()).toHaveLength(0);
});

it("refuses a model that makes no images, and passes on what the vendor refuses", async () => {
  expect(await refusalOf({ model: "openai/gpt-4o-mini" })).toMatchObject({ status: 422, code: "CAPABILITY_MISSING" });
  const refused = await refusalOf({ size: "1000x1000" });
  expect(refused.status).toBe(400);
  expect(refused.message).toContain("divisible by 16");
  expect(await world.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
});
