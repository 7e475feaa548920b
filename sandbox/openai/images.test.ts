import { expect, it } from "vitest";
import { pngOf, waveOf } from "../../test/media-files.ts";
import { openaiForTests } from "./openai-for-tests.ts";

const post = openaiForTests();
const draw = (changes: object) => post("/images/generations", { model: "gpt-image-1.5", prompt: "A boat", ...changes });

// platform.openai.com/docs/guides/image-generation#cost-and-latency
it.each([
  ["gpt-image-1.5", "1024x1536", "high", 6_240],
  ["gpt-image-1-mini", "1536x1024", "low", 400],
  ["gpt-image-2", "1024x1024", "high", 7_024],
  ["gpt-image-2", "1536x1024", "high", 5_488],
  ["gpt-image-2", "3584x2048", "high", 12_329],
])("%s draws %s of %s quality for %i tokens", async (model, size, quality, tokens) => {
  const { status, answer } = await draw({ model, size, quality });
  expect(status).toBe(200);
  expect(answer).toMatchObject({ size, quality, usage: { output_tokens: tokens, total_tokens: tokens + 2 } });
});

it.each([
  [{ prompt: undefined }, "prompt", "missing_required_parameter"],
  [{ prompt: "x".repeat(32_001) }, "prompt", "string_above_max_length"],
  [{ n: 0 }, "n", "integer_below_min_value"],
  [{ n: 11 }, "n", "integer_above_max_value"],
  [{ size: "512x512" }, "size", "invalid_value"],
  [{ model: "gpt-image-2", size: "1000x1000" }, "size", "invalid_value"],
  [{ model: "gpt-image-2", size: "3840x1024" }, "size", "invalid_value"],
  [{ quality: "hd" }, "quality", "invalid_value"],
  [{ background: "transparent", output_format: "jpeg" }, "background", "invalid_value"],
  [{ output_compression: 50 }, "output_compression", null],
  [{ partial_images: 2 }, "partial_images", null],
  [{ partial_images: 4, stream: true }, "partial_images", "integer_above_max_value"],
  [{ n: 2, stream: true }, "n", null],
  [{ response_format: "b64_json" }, "response_format", "unknown_parameter"],
  [{ model: "gpt-4o-mini" }, "model", "invalid_value"],
])("refuses %j", async (changes, param, code) => {
  const { status, answer } = await draw(changes);
  expect(status).toBe(400);
  expect(answer).toMatchObject({ error: { param, code } });
});

interface Edit {
  readonly fields?: Readonly<Record<string, string>>;
  readonly images?: readonly Buffer[];
  readonly mask?: Buffer;
}
const square = pngOf(1_024, 1_024);
const edit = ({ fields = {}, images = [square], mask }: Edit) => {
  const form = new FormData();
  const texts = { model: "gpt-image-1.5", prompt: "At night", size: "1024x1024", quality: "low", ...fields };
  for (const [name, value] of Object.entries(texts)) form.append(name, value);
  for (const image of images)
    form.append(images.length === 1 ? "image" : "image[]", new Blob([new Uint8Array(image)]), "a.png");
  if (mask !== undefined) form.append("mask", new Blob([new Uint8Array(mask)]), "mask.png");
  return post("/images/edits", form);
};

// platform.openai.com/docs/guides/images-vision#gpt-image-1; what was measured of gpt-image-2 is named where it is counted.
it.each([
  ["gpt-image-1.5", {}, [square], 194],
  ["gpt-image-1.5", {}, [pngOf(512, 513)], 323],
  ["gpt-image-1.5", { input_fidelity: "high" }, [square], 194 + 4_160],
  ["gpt-image-1.5", { input_fidelity: "high" }, [pngOf(1_024, 1_536)], 323 + 6_240],
  ["gpt-image-1.5", {}, [square, square], 388],
  ["gpt-image-1.5", { n: "3" }, [square], 3 * 194],
  ["gpt-image-2", {}, [square], 1_024],
  ["gpt-image-2", {}, [pngOf(300, 300)], 19 * 19],
  ["gpt-image-2", {}, [pngOf(1_200, 100)], 38 * 13],
  ["gpt-image-2", {}, [pngOf(4_000, 3_000)], 1_536],
])("%s sees %j in so many tokens", async (model, fields, images, tokens) => {
  const { status, answer } = await edit({ fields: { model, ...fields }, images });
  expect(status).toBe(200);
  expect(answer).toMatchObject({ usage: { input_tokens_details: { image_tokens: tokens } } });
});

it("draws where a mask is transparent", async () => {
  expect((await edit({ mask: pngOf(1_024, 1_024, true) })).status).toBe(200);
});

it.each([
  ["no image", { images: [] }, "image", "missing_required_parameter"],
  ["17 images", { images: Array.from({ length: 17 }, () => square) }, "image", "array_above_max_length"],
  ["a recording", { images: [waveOf({ seconds: 1 })] }, "image", "unsupported_file_mimetype"],
  ["a mask without alpha", { mask: square }, null, "invalid_mask_image_format"],
  ["a mask of another size", { mask: pngOf(512, 512, true) }, null, "invalid_mask_image_format"],
  ["a mask that is no PNG", { mask: waveOf({ seconds: 1 }) }, null, "invalid_mask_image_format"],
  [
    "fidelity of gpt-image-2",
    { fields: { model: "gpt-image-2", input_fidelity: "low" } },
    "input_fidelity",
    "invalid_input_fidelity_model",
  ],
  [
    "high fidelity of gpt-image-1-mini",
    { fields: { model: "gpt-image-1-mini", input_fidelity: "high" } },
    "input_fidelity",
    "invalid_input_fidelity_model",
  ],
  ["an unknown field", { fields: { response_format: "b64_json" } }, "response_format", "unknown_parameter"],
  ["11 answers", { fields: { n: "11" } }, "n", "integer_above_max_value"],
])("refuses %s", async (_, asked: Edit, param, code) => {
  const { status, answer } = await edit(asked);
  expect(status).toBe(400);
  expect(answer).toMatchObject({ error: { param, code } });
});
