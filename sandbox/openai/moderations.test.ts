import { describe, expect, it } from "vitest";
import { z } from "zod";
import { openaiForTests } from "./openai-for-tests.ts";

const post = openaiForTests();
const moderate = (changes: object) => post("/moderations", { model: "omni-moderation-latest", ...changes });
const image = (url: string) => ({ type: "image_url", image_url: { url } });
const picture = image("https://pictures.example.com/a.png");
const png = image(
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

const Verdicts = z.object({
  id: z.string(),
  model: z.string(),
  results: z.array(
    z.object({
      flagged: z.boolean(),
      categories: z.record(z.string(), z.boolean()),
      category_scores: z.record(z.string(), z.number()),
      category_applied_input_types: z.record(z.string(), z.array(z.enum(["text", "image"]))),
    }),
  ),
});
const verdictsOf = async (input: unknown): Promise<z.infer<typeof Verdicts>["results"]> => {
  const { status, answer } = await moderate({ input });
  expect(status).toBe(200);
  return Verdicts.parse(answer).results;
};

describe("moderations", () => {
  it("judges each text of a list alone, and texts and images together", async () => {
    expect(await verdictsOf("Hello")).toMatchObject([{ flagged: false }]);
    const [calm, angry, ...more] = await verdictsOf(["Hello", "[[flag:hate]] Go away"]);
    expect(more).toEqual([]);
    expect(calm?.flagged).toBe(false);
    expect(angry).toMatchObject({ flagged: true, categories: { hate: true, violence: false } });
    expect(angry?.category_scores["hate"]).toBeGreaterThan(0.9);
    const together = await verdictsOf([{ type: "text", text: "[[flag:violence]]" }, png]);
    expect(together).toMatchObject([{ flagged: true, category_applied_input_types: { violence: ["text", "image"] } }]);
  });

  it("scores 0 what a category does not look at", async () => {
    const [seen] = await verdictsOf([picture]);
    expect(seen).toMatchObject({
      flagged: false,
      category_scores: { hate: 0 },
      category_applied_input_types: { hate: [], sexual: ["image"] },
    });
    expect(seen?.category_scores["sexual"]).toBeGreaterThan(0);
  });

  it("takes its own model where none is named, and fields that it does not know", async () => {
    const { answer } = await post("/moderations", { input: "Hello", surprise: 1 });
    expect(Verdicts.parse(answer).model).toBe("omni-moderation-latest");
    expect((await moderate({ model: "omni-moderation-2024-09-26", input: "Hello" })).status).toBe(200);
  });

  const badModel = "Please check the OpenAI documentation and try again.";
  it.each<readonly [object, string, string | null, string | null]>([
    [{}, "Missing required parameter: 'input'.", "input", "missing_required_parameter"],
    [
      { input: 1 },
      "Invalid type for 'input': expected one of a string or an array, but got an integer instead.",
      "input",
      "invalid_type",
    ],
    [
      { input: [{ type: "text" }] },
      "Missing required parameter: 'input[0].text'.",
      "input[0].text",
      "missing_required_parameter",
    ],
    [
      { input: [{ type: "input_text", text: "a" }] },
      "Invalid value: 'input_text'. Supported values are: 'text' and 'image_url'.",
      "input[0].type",
      "invalid_value",
    ],
    [{ input: [picture, png] }, "Number of images (2) exceeds maximum of 1", "input", "too_many_images"],
    [
      { input: [image("pictures/a.png")] },
      "Invalid 'input[0].image_url.url'. Expected a valid URL, but got a value with an invalid format.",
      "input[0].image_url.url",
      "invalid_value",
    ],
    [
      { input: [image("data:image/png;base64,AAAA")] },
      "You uploaded an unsupported image. Please make sure your image has of one the following formats: ['png', 'jpeg', 'gif', 'webp'].",
      null,
      "invalid_image_format",
    ],
    [
      { model: "text-moderation-latest", input: "a" },
      `Invalid value for 'model' = text-moderation-latest. ${badModel}`,
      "model",
      null,
    ],
    [{ model: "gpt-4o", input: "a" }, `Invalid value for 'model' = gpt-4o. ${badModel}`, "model", null],
  ])("refuse %j", async (changes, message, param, code) => {
    expect(await moderate(changes)).toMatchObject({ status: 400, error: { message, param, code } });
  });

  it("are no chat", async () => {
    const { status } = await post("/chat/completions", {
      model: "omni-moderation-latest",
      messages: [{ role: "user", content: "Hello" }],
    });
    expect(status).toBe(404);
  });
});
