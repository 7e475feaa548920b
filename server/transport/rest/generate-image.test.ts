import { imageSize } from "image-size";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pngOf, waveOf } from "../../../test/media-files.ts";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { GenerateImageOutput } from "../../contracts/ai/generate-image.ts";

let test: TestDoors;

beforeAll(async () => {
  test = await openTestDoors();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  test.callAs();
});

const model = "openai/gpt-image-1.5";
const asked = { model, prompt: "A boat on a lake", size: "1536x1024", quality: "medium" } as const;

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(test.restUrl + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return { status: response.status, headers: response.headers, body: answer };
};
const draw = (changes: object = {}, headers?: Record<string, string>) =>
  post("/api/ai/generate-image", { ...asked, ...changes }, headers);

/** Nano-USD: 5 a token of text, 32 of an image. */
const costOf = (images: number): bigint => BigInt(Math.ceil(asked.prompt.length / 4) * 5_000 + images * 1_568 * 32_000);

describe("images", () => {
  it("come as files of the size that was asked for, at the vendor's own numbers, within what was held", async () => {
    const caller = test.callAs();
    const { status, body } = await draw({ n: 2 });
    expect(status).toBe(200);
    const { images, usage, warnings, nexus } = GenerateImageOutput.parse(body);
    expect(images).toHaveLength(2);
    for (const { mediaType, data } of images) {
      expect(mediaType).toBe("image/png");
      expect(imageSize(Buffer.from(data, "base64"))).toMatchObject({ type: "png", width: 1_536, height: 1_024 });
    }
    expect(images[0]?.data).not.toBe(images[1]?.data);
    expect(warnings).toEqual([]);
    expect(usage.units).toEqual({ input: 4, inputImage: 0, outputImage: 2 * 1_568 });
    expect(nexus).toMatchObject({ vendor: "openai", costNanoUsd: String(costOf(2)), usageSource: "provider" });
    const [row] = await test.rows(caller.organizationId);
    expect(row).toMatchObject({ state: "settled", source: "provider", cost: costOf(2), booked: costOf(2) });
    expect(row?.held).toBeGreaterThanOrEqual(costOf(2));
    expect(await test.counters(caller.organizationId)).toEqual({ reserved: 0n, spent: costOf(2), overrun: 0n });
  });

  it.each(["jpeg", "webp"] as const)("come as %s where that is asked for", async (outputFormat) => {
    const { body } = await draw({ outputFormat });
    expect(GenerateImageOutput.parse(body).images[0]?.mediaType).toBe(`image/${outputFormat}`);
  });

  it("say which settings the vendor does not know", async () => {
    const { body } = await draw({ size: undefined, aspectRatio: "16:9", seed: 7 });
    expect(GenerateImageOutput.parse(body).warnings.map(({ setting }) => setting)).toEqual(["aspectRatio", "seed"]);
  });

  it("are made once under one idempotency key", async () => {
    const caller = test.callAs();
    const once = { "idempotency-key": "once" };
    const first = await draw({}, once);
    const second = await draw({}, once);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("x-nexus-replayed")).toBe("true");
    expect(test.sandbox.requests()).toHaveLength(1);
    expect(await test.rows(caller.organizationId)).toHaveLength(1);
    expect((await draw({ prompt: "Another" }, once)).status).toBe(422);
  });

  it.each([
    ["cut", { name: "cut-at-byte", at: 40 }],
    ["without usage", { name: "usage-missing" }],
    ["lost", { name: "cut-before-headers" }],
  ])("whose answer is %s are booked or held at the most that they can cost", async (_, fault) => {
    const caller = test.callAs();
    const estimated = await post("/api/ai/estimate", { generateImage: asked });
    const bound = BigInt(String(Reflect.get(Object(estimated.body), "boundNanoUsd")));
    test.sandbox.script({ vendor: "openai", faults: [fault] });
    await draw();
    const [row] = await test.rows(caller.organizationId);
    const { reserved, spent } = await test.counters(caller.organizationId);
    expect(row?.held).toBe(bound);
    expect(reserved + spent).toBe(bound);
  });

  it("that the vendor refuses are released, in the vendor's words", async () => {
    const caller = test.callAs();
    const { status, body } = await draw({ size: "512x512" });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain("Supported values are: '1024x1024'");
    expect(await test.rows(caller.organizationId)).toMatchObject([{ state: "released", booked: 0n }]);
  });

  it.each([
    ["prompt", { prompt: "" }],
    ["n", { n: 11 }],
    ["size", { size: "large" }],
    ["aspectRatio", { aspectRatio: "3:2" }],
    ["quality", { quality: "hd" }],
    ["outputFormat", { outputFormat: "svg" }],
    ["", { stream: true }],
  ])("with a wrong %s are refused before anything is asked: %j", async (field, changes) => {
    const { status, body } = await draw(changes);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: "INVALID_INPUT" } });
    expect(JSON.stringify(body)).toContain(`"field":"${field}`);
    expect(test.sandbox.requests()).toHaveLength(0);
  });

  it.each([
    ["openai/gpt-4o-mini", "CAPABILITY_MISSING"],
    ["anthropic/claude-haiku-4-5", "CAPABILITY_MISSING"],
    ["openai/gpt-image-9", "MODEL_UNKNOWN"],
  ])("of %s are refused", async (other, code) => {
    expect((await draw({ model: other })).body).toMatchObject({ error: { code } });
    expect(test.sandbox.requests()).toHaveLength(0);
  });

  it("with an option that changes what they cost are refused", async () => {
    const { body } = await draw({ providerOptions: { openai: { complexity: "high" } } });
    expect(body).toMatchObject({ error: { code: "CAPABILITY_MISSING" } });
  });
});

describe("images made of images", () => {
  const file = (bytes: Buffer) => ({ mediaType: "image/png", data: bytes.toString("base64") });
  const square = file(pngOf(1_024, 1_024));
  const edited = { size: "1024x1024", quality: "low", files: [square] };

  it("cost what goes in, too, and are made once under one idempotency key", async () => {
    const caller = test.callAs();
    const once = { "idempotency-key": "edit" };
    const { status, body } = await draw(edited, once);
    expect(status).toBe(200);
    const { usage, nexus, images } = GenerateImageOutput.parse(body);
    expect(images).toHaveLength(1);
    expect(usage.units).toEqual({ input: 4, inputImage: 194, outputImage: 272 });
    const cost = BigInt(4 * 5_000 + 194 * 8_000 + 272 * 32_000);
    expect(nexus.costNanoUsd).toBe(String(cost));
    expect((await draw(edited, once)).headers.get("x-nexus-replayed")).toBe("true");
    // Another image under the same key is another request.
    expect((await draw({ ...edited, files: [file(pngOf(1_024, 1_025))] }, once)).status).toBe(422);
    const [row, ...others] = await test.rows(caller.organizationId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ state: "settled", source: "provider", cost, booked: cost });
  });

  it.each([
    ["cut", { name: "cut-at-byte", at: 40 }],
    ["without usage", { name: "usage-missing" }],
    ["lost", { name: "cut-before-headers" }],
  ])("whose answer is %s are booked or held at the most that they can cost", async (_, fault) => {
    const caller = test.callAs();
    const estimated = await post("/api/ai/estimate", { generateImage: { ...asked, ...edited } });
    const bound = BigInt(String(Reflect.get(Object(estimated.body), "boundNanoUsd")));
    test.sandbox.script({ vendor: "openai", faults: [fault] });
    await draw(edited);
    const { reserved, spent } = await test.counters(caller.organizationId);
    expect(reserved + spent).toBe(bound);
  });

  it("say which settings the vendor does not know", async () => {
    const { body } = await draw({ ...edited, seed: 7 });
    expect(GenerateImageOutput.parse(body).warnings).toEqual([{ type: "unsupported", setting: "seed" }]);
  });

  it.each([
    ["files", { files: [] }],
    ["files", { files: Array.from({ length: 17 }, () => square) }],
    ["files.0.data", { files: [file(waveOf({ seconds: 1 }))] }],
    ["files.0.mediaType", { files: [{ ...square, mediaType: "image/gif" }] }],
    ["files.0", { files: [{ ...square, url: "https://pictures.example.com/a.png" }] }],
    ["mask.data", { ...edited, mask: file(waveOf({ seconds: 1 })) }],
    ["mask", { mask: square }],
    ["inputFidelity", { inputFidelity: "high" }],
  ])("with a wrong %s are refused before anything is asked", async (field, changes) => {
    const { status, body } = await draw(changes);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(`"field":"${field}`);
    expect(test.sandbox.requests()).toHaveLength(0);
  });
});
