import { expect, it } from "vitest";
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
  [{ response_format: "b64_json" }, "response_format", "unknown_parameter"],
  [{ model: "gpt-4o-mini" }, "model", "invalid_value"],
])("refuses %j", async (changes, param, code) => {
  const { status, answer } = await draw(changes);
  expect(status).toBe(400);
  expect(answer).toMatchObject({ error: { param, code } });
});
