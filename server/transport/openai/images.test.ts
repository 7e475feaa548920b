import OpenAI, { APIError, toFile } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { listenDoor } from "../../../test/listen-door.ts";
import { pngOf, waveOf } from "../../../test/media-files.ts";
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
  world = await openTestGateway({ further: ["fal"] });
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

/** What two rows of the ledger have in common but their ids: everything, where the calls are equal. */
const onlyRows = async () => (await world.rows(ctx.organizationId)).map(({ operationId: _id, ...row }) => row);

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

describe("images made of images", () => {
  const upload = (bytes: Buffer, name = "a.png", type = "image/png") => toFile(bytes, name, { type });
  const square = pngOf(1_024, 1_024);
  const editing = { model: "openai/gpt-image-1.5", prompt: "At night", size: "1024x1024", quality: "low" } as const;

  it("come to the official client with one image, several, and a mask, at the row that the typed API leaves", async () => {
    const mask = pngOf(1_024, 1_024, true);
    const asked = { ...editing, n: 2, input_fidelity: "high" } as const;
    const { data } = await client.images
      .edit({ ...asked, image: [await upload(square), await upload(pngOf(640, 480))], mask: await upload(mask) })
      .withResponse();
    expect(data.data?.map(({ b64_json }) => b64_json?.slice(0, 11))).toEqual(["iVBORw0KGgo", "iVBORw0KGgo"]);
    const inputImage = 2 * (194 + 4_160 + 323 + 6_240);
    expect(data.usage?.input_tokens_details).toEqual({ text_tokens: 4, image_tokens: inputImage });
    const facts = NexusFacts.parse(Reflect.get(data, "nexus"));
    const file = (bytes: Buffer) => ({ mediaType: "image/png", data: bytes.toString("base64") }) as const;
    const typed = await call(
      world.gateway,
      generateImageRequest({
        ...editing,
        n: 2,
        inputFidelity: "high",
        files: [file(square), file(pngOf(640, 480))],
        mask: file(mask),
      }),
      ctx,
    );
    const rows = await Promise.all([facts.operationId, typed.facts.operationId].map((id) => world.row(id)));
    const [native, own] = rows.map(({ operationId: _id, ...row }) => row);
    expect(native).toEqual(own);
    // Nano-USD: 5,000 a token of text, 8,000 one of an image that goes in, 32,000 one of an image that comes out.
    const cost = BigInt(4 * 5_000 + inputImage * 8_000 + 2 * 272 * 32_000);
    expect(native).toMatchObject({ state: "settled", source: "provider", cost });
    expect(native?.held).toBeGreaterThanOrEqual(cost);
    expect(facts.costNanoUsd).toBe(String(cost));
    const sent = world.sandbox.requests().map(({ path }) => path);
    expect(sent).toEqual(["/images/edits", "/images/edits"]);
  });

  it("are known by their bytes: a JPEG under another name is sent as what it is", async () => {
    const jpeg = Buffer.from(
      "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==",
      "base64",
    );
    const { data } = await client.images.edit({ ...editing, image: await upload(jpeg, "boat.png") }).withResponse();
    expect(data.data).toHaveLength(1);
  });

  it.each([
    ["image", { image: [] }],
    ["image", { image: waveOf({ seconds: 1 }) }],
    ["image", { image: Array.from({ length: 17 }, () => square) }],
    ["image[1]", { image: [square, Buffer.from("no image")] }],
    ["mask", { mask: waveOf({ seconds: 1 }) }],
    ["prompt", { prompt: "" }],
    ["n", { n: 11 }],
    ["input_fidelity", { input_fidelity: "best" }],
    ["output_compression", { output_compression: 200 }],
    ["response_format", { response_format: "url" }],
    ["markup", { markup: square }],
    ["surprise", { surprise: "1" }],
  ])("with a wrong %s are refused before anything is asked", async (field, changes) => {
    const files = Object.entries({ image: square, ...changes }).map(async ([name, value]) => [
      name,
      Array.isArray(value)
        ? await Promise.all(value.map((one: Buffer) => upload(one)))
        : Buffer.isBuffer(value)
          ? await upload(value)
          : value,
    ]);
    const body: unknown = { ...editing, ...Object.fromEntries(await Promise.all(files)) };
    const error: unknown = await client.images
      .edit(body as OpenAI.Images.ImageEditParamsNonStreaming)
      .catch((thrown: unknown) => thrown);
    if (!(error instanceof APIError)) throw new Error(`not an API error: ${String(error)}`);
    expect(error).toMatchObject({ status: 400, code: "INVALID_INPUT" });
    expect(error.param).toBe(field);
    expect(world.sandbox.requests()).toHaveLength(0);
  });

  it("pass on what the vendor refuses, and cost nothing then", async () => {
    const error: unknown = await client.images
      .edit({ ...editing, image: await upload(square), mask: await upload(pngOf(512, 512, true)) })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 400 });
    expect(String(error)).toContain("mask size does not match image size");
    expect(await world.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
  });

  const raw = (fields: readonly (readonly [string, string | Buffer])[], end = "--x--\r\n") =>
    fetch(`${door.url}/v1/images/edits`, {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body: Buffer.concat([
        ...fields.flatMap(([head, value]) => [
          Buffer.from(`--x\r\ncontent-disposition: form-data; ${head}\r\n\r\n`),
          Buffer.from(value),
          Buffer.from("\r\n"),
        ]),
        Buffer.from(end),
      ]),
    });
  const whole: readonly (readonly [string, string | Buffer])[] = [
    ...Object.entries(editing).map(([name, value]) => [`name="${name}"`, value] as const),
    ['name="image"; filename="a.png"', square],
  ];

  it.each<{ readonly what: string; readonly fields: typeof whole; readonly end?: string }>([
    { what: "without its end", fields: whole, end: "" },
    { what: "with two of what there is one of", fields: [...whole, ['name="image"; filename="b.png"', square]] },
    { what: "with a text twice", fields: [...whole, ['name="prompt"', "again"]] },
    { what: "with an image as text", fields: [...whole.slice(0, -1), ['name="image"', "iVBORw0KGgo"]] },
    { what: "with a file as the prompt", fields: [...whole, ['name="prompt"; filename="p.txt"', "A boat"]] },
    { what: "with a field called __proto__", fields: [...whole, ['name="__proto__"', "1"]] },
    { what: "with a file called __proto__", fields: [...whole, ['name="__proto__"; filename="a.png"', square]] },
    { what: "with files called constructor[]", fields: [...whole, ['name="constructor[]"; filename="a"', square]] },
    { what: "with a number in no decimal form", fields: [...whole, ['name="n"', "NaN"]] },
    { what: "with too many fields", fields: Array.from({ length: 70 }, () => ['name="image[]"; filename="a"', "x"]) },
    {
      what: "with text that may not be there",
      fields: [...whole.slice(2), ['name="model"', editing.model], ['name="prompt"', "\u0000"]],
    },
  ])("in a form $what are refused before anything is asked", async ({ fields, end }) => {
    const response = await raw(fields, end);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "INVALID_INPUT" } });
    expect(world.sandbox.requests()).toHaveLength(0);
  });

  it("are refused as JSON, with the type that is read", async () => {
    const response = await fetch(`${door.url}/v1/images/edits`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...editing, images: [{ image_url: "data:image/png;base64,AAAA" }] }),
    });
    expect(response.status).toBe(415);
  });
});

describe("images as they are drawn", () => {
  const drawing = {
    model: "openai/gpt-image-1-mini",
    prompt: "A boat",
    size: "1024x1024",
    quality: "medium",
    output_format: "jpeg",
  } as const;
  const atFal = { ...drawing, model: "fal/fal-ai/flux-1/dev", quality: undefined };
  /** Two tokens of text at 2,000 nano-USD; 1,056 of the image and 100 of each unfinished one at 8,000. */
  const costOf = (previews: number) => BigInt(2 * 2_000 + (1_056 + previews * 100) * 8_000);
  type Event = OpenAI.Images.ImageGenStreamEvent | OpenAI.Images.ImageEditStreamEvent;
  const read = async (stream: AsyncIterable<Event>): Promise<Event[]> => {
    const events: Event[] = [];
    for await (const event of stream) events.push(event);
    return events;
  };
  const ask = (previews?: number, options: OpenAI.RequestOptions = {}) =>
    client.images.generate({ ...drawing, stream: true, partial_images: previews ?? null }, options);
  const errorOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
  const raw = async (body: object, headers: Readonly<Record<string, string>> = {}, url = door.url) => {
    const response = await fetch(`${url}/v1/images/generations`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ ...body, stream: true }),
    });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
  };
  const shown = (events: readonly Event[]) =>
    events.map((event) => ("partial_image_index" in event ? event.partial_image_index : event.type));

  it.each([undefined, 0, 1, 3])(
    "come after %s unfinished ones, at what these cost beside the whole",
    async (previews) => {
      const events = await read(await ask(previews));
      expect(shown(events)).toEqual([...Array(previews ?? 0).keys(), "image_generation.completed"]);
      const facts = { quality: "medium", size: "1024x1024", background: "opaque", output_format: "jpeg" };
      for (const event of events) expect(event).toMatchObject({ ...facts, b64_json: expect.stringMatching(/^\/9j\//) });
      expect(events.at(-1)).toMatchObject({ usage: { output_tokens: 1_056 + (previews ?? 0) * 100 } });
      await client.images.generate(drawing);
      const [{ held: streamedHeld, units, cost, booked, ...streamed } = {}, whole] = await onlyRows();
      expect(whole).toMatchObject({ ...streamed, state: "settled", source: "provider", cost: costOf(0) });
      expect({ cost, booked }).toEqual({ cost: costOf(previews ?? 0), booked: costOf(previews ?? 0) });
      expect(units?.outputImage).toBe(1_056 + (previews ?? 0) * 100);
      expect(streamedHeld).toBe((whole?.held ?? 0n) + BigInt((previews ?? 0) * 100 * 8_000));
    },
  );

  it("are done sooner than all of them are shown where they are quickly drawn, and cost what was", async () => {
    const events = await read(
      await client.images.generate({ ...drawing, quality: "low", stream: true, partial_images: 3 }),
    );
    expect(shown(events)).toEqual([0, "image_generation.completed"]);
    const [row] = await onlyRows();
    expect(row?.cost).toBe(BigInt(2 * 2_000 + 372 * 8_000));
    expect(await world.counters(ctx.organizationId)).toMatchObject({ reserved: 0n, overrun: 0n });
  });

  it("of other images come from the official client as events, too", async () => {
    const image = await toFile(pngOf(64, 64), "a.png", { type: "image/png" });
    const events = await read(await client.images.edit({ ...drawing, image, stream: true, partial_images: 2 }));
    expect(shown(events)).toEqual([0, 1, "image_edit.completed"]);
    await client.images.edit({ ...drawing, image });
    const [streamed, whole] = await onlyRows();
    expect(streamed?.cost).toBe((whole?.cost ?? 0n) + BigInt(200 * 8_000));
    expect(streamed?.units).toEqual({ ...whole?.units, outputImage: 1_256 });
  });

  it("tell the facts of the call before the last event, which waits until it is settled", async () => {
    const { headers, body } = await raw({ ...drawing, partial_images: 1 });
    expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(body).toMatch(/^event: image_generation\.partial_image\ndata: \{"type":"image_generation\.partial_image",/);
    expect(body).toMatch(
      /: nexus \{.+"costNanoUsd":"9252000".+\}\n\nevent: image_generation\.completed\ndata: \{"type":.+\}\n\n$/,
    );
  });

  it("come at once of a vendor of another dialect, which says so, at the row of the whole", async () => {
    const { headers, body } = await raw({ ...atFal, partial_images: 2 });
    expect(headers["x-nexus-warnings"]).toBe("partial_images");
    const [comment, event, ...others] = body.split(/\n\n(?=.)/);
    expect(comment).toMatch(/^: nexus /);
    expect(others).toEqual([]);
    const data: unknown = JSON.parse(event?.split("\ndata: ")[1] ?? "");
    expect(data).toMatchObject({ type: "image_generation.completed", size: "1024x1024", output_format: "png" });
    await client.images.generate({ ...atFal });
    const [streamed, whole] = await onlyRows();
    expect(streamed).toEqual(whole);
    expect(streamed).toMatchObject({ state: "settled", source: "provider" });
  });

  it.each([drawing, atFal])(
    "are made once under one idempotency key, and told again as they were: $model",
    async (asked) => {
      const again = () => raw({ ...asked, partial_images: 1 }, { "idempotency-key": "once" });
      const first = await again();
      const sent = world.sandbox.requests().length;
      const second = await again();
      expect(second.body).toBe(first.body);
      expect(second.headers).toMatchObject({ "x-nexus-replayed": "true" });
      expect(second.headers["x-nexus-warnings"]).toBe(first.headers["x-nexus-warnings"]);
      expect(world.sandbox.requests()).toHaveLength(sent);
      const other = await raw({ ...asked, partial_images: 2 }, { "idempotency-key": "once" });
      expect(other.status).toBe(422);
    },
  );

  it("of a caller who leaves are paid for as the vendor counted, once", async () => {
    world.sandbox.settings.paceMs = 400;
    const leaving = new AbortController();
    for await (const event of await ask(3, { signal: leaving.signal })) if (event.type !== undefined) break;
    leaving.abort();
    await expect
      .poll(async () => (await onlyRows()).map(({ state, source }) => `${state} ${source}`), { timeout: 10_000 })
      .toEqual(["settled drained"]);
    expect((await onlyRows())[0]?.cost).toBe(costOf(3));
    await expect.poll(() => world.gateway.liveStreams.size).toBe(0);
  });

  it.each([
    ["in the middle", { name: "cut-mid-stream" }],
    ["before the image", { name: "cut-after-last-delta" }],
    ["as if that were all", { name: "end-early" }],
    ["with an error", { name: "error-mid-stream" }],
    ["without a word of usage", { name: "usage-missing" }],
  ])("that end %s stay at what was held", async (_, fault) => {
    world.sandbox.script({ vendor: "openai", faults: [fault] });
    const { status, body } = await raw({ ...drawing, partial_images: 3 });
    expect(status).toBe(200);
    if (fault.name === "usage-missing") expect(body).toContain("image_generation.completed");
    else expect(body).toMatch(/\n\nevent: error\ndata: \{"error":\{"message":.+\}\}\n\n$/);
    const [row] = await onlyRows();
    const { reserved, spent } = await world.counters(ctx.organizationId);
    expect(reserved + spent).toBe(row?.held);
  });

  it("of a vendor that says no more stay at what was held when the call's time is up, and no sooner", async () => {
    const hasty = await listenDoor({
      answer: createOpenAiDoor({ ...world.fresh({ callTimeoutMs: 500 }), silenceMs: 50 }),
      encodeError: openAiErrorReply,
      context: (known) => ({ ...ctx, ...known, door: "openai" }),
    });
    world.sandbox.script({ vendor: "openai", faults: [{ name: "hang-mid-body" }] });
    const began = performance.now();
    expect((await raw({ ...drawing, partial_images: 1 }, {}, hasty.url)).body).toMatch(/event: error\n.+\n\n$/);
    expect(performance.now() - began).toBeGreaterThan(300);
    expect(await onlyRows()).toMatchObject([{ state: "uncertain", doubt: "timeout" }]);
    await hasty.close();
  });

  it("of a vendor that does not hang up afterwards are not waited for", async () => {
    world.sandbox.script({ vendor: "openai", faults: [{ name: "hang-mid-body", at: 1_000_000 }] });
    expect(shown(await read(await ask(1)))).toEqual([0, "image_generation.completed"]);
    expect(await onlyRows()).toMatchObject([{ state: "settled", cost: costOf(1) }]);
  });

  it("of a vendor that refuses cost nothing, and are an error like any other", async () => {
    world.sandbox.script({ vendor: "openai", faults: [{ name: "bad-request" }] });
    expect(await errorOf(ask(2))).toMatchObject({ status: 400 });
    expect(await world.counters(ctx.organizationId)).toEqual({ reserved: 0n, spent: 0n, overrun: 0n });
  });

  it.each([
    ["n", { stream: true, n: 2 }],
    ["stream", { stream: "yes" }],
    ["partial_images", { stream: true, partial_images: 4 }],
    ["partial_images", { stream: false, partial_images: 1 }],
    ["partial_images", { partial_images: 1 }],
  ])("with a wrong %s are refused before anything is asked: %j", async (field, changes) => {
    const image = await toFile(pngOf(64, 64), "a.png", { type: "image/png" });
    const edit: unknown = { ...drawing, image, ...changes };
    const refusals = [
      await refusalOf({ n: 1, ...changes }),
      await errorOf(client.images.edit(edit as OpenAI.Images.ImageEditParamsNonStreaming)),
    ];
    for (const refused of refusals) expect(refused).toMatchObject({ status: 400, code: "INVALID_INPUT", param: field });
    expect(world.sandbox.requests()).toHaveLength(0);
  });
});
