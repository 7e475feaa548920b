import { expect, it } from "vitest";
import { claudeMediaTokens as claudeTokens } from "../anthropic/media-tokens.ts";
import { claudeModel } from "../anthropic/models.ts";
import { geminiMediaTokens as geminiTokens } from "../google/media-tokens.ts";
import { geminiModel } from "../google/models.ts";
import { audioTokens, imageTokens } from "../openai/media-tokens.ts";
import { openaiModel } from "../openai/models.ts";
import { pngOf, waveOf } from "../../test/media-files.ts";

const png = (width: number, height: number) => pngOf(width, height).toString("base64");
const known = <T>(model: T | undefined): T => {
  if (model === undefined) throw new Error("no such model");
  return model;
};

// The examples of the vendors' own pages.
it.each<[string, number, number, string, number]>([
  ["gpt-4o", 1_024, 1_024, "high", 765],
  ["gpt-4o", 2_048, 4_096, "high", 1_105],
  ["gpt-4o", 4_096, 4_096, "low", 85],
  ["gpt-4o-mini", 1_024, 1_024, "auto", 2_833 + 4 * 5_667],
  ["gpt-5", 1_024, 1_024, "auto", 70 + 4 * 140],
  ["o3", 512, 512, "auto", 75 + 150],
  ["gpt-4.1-mini", 1_024, 1_024, "auto", 1_659],
  ["o4-mini", 4_096, 4_096, "auto", 2_642],
])("an image at %s of %i × %i, %s", (model, width, height, detail, tokens) => {
  expect(imageTokens(known(openaiModel(model)), `data:image/png;base64,${png(width, height)}`, detail)).toBe(tokens);
});

it.each<[string, number, number, number]>([
  ["claude-haiku-4-5", 200, 200, 54],
  ["claude-haiku-4-5", 1_000, 1_000, 1_334],
  ["claude-haiku-4-5", 3_000, 3_000, 1_600],
  ["claude-opus-4-8", 1_920, 1_080, 2_765],
])("an image at %s of %i × %i", (model, width, height, tokens) => {
  const block = { type: "image", source: { type: "base64", data: png(width, height) } };
  expect(claudeTokens(known(claudeModel(model)), block)).toBe(tokens);
});

it.each<[string, number, number, number]>([
  ["gemini-2.5-flash", 384, 384, 258],
  ["gemini-2.5-flash", 960, 540, 258 * 6],
  ["gemini-3-flash-preview", 960, 540, 1_120],
])("an image at %s of %i × %i", (model, width, height, tokens) => {
  const part = { inlineData: { mimeType: "image/png", data: png(width, height) } };
  expect(geminiTokens(known(geminiModel(model)), part)).toEqual({ seen: tokens, heard: 0 });
});

it("hears by the second", () => {
  const wave = waveOf({ seconds: 60 }).toString("base64");
  expect(audioTokens(wave)).toBe(600);
  const part = { inlineData: { mimeType: "audio/wav", data: wave } };
  expect(geminiTokens(known(geminiModel("gemini-2.5-flash")), part)).toEqual({ seen: 0, heard: 1_920 });
});
