import { describe, expect, it } from "vitest";
import type { Reader } from "../../_wire/reader.ts";
import { googleReader } from "./google-reader.ts";

const readAll = (reader: Reader, documents: readonly unknown[]) => {
  for (const document of documents) reader.read(document);
  return reader.reading(undefined);
};

describe("usage of Gemini's answers", () => {
  it("the total tells what the candidates do not", () => {
    const answer = (usageMetadata: object) =>
      readAll(googleReader(), [{ candidates: [{ finishReason: "STOP" }], usageMetadata }]);
    expect(answer({ promptTokenCount: 5, cachedContentTokenCount: 50, candidatesTokenCount: 1 })).toMatchObject({
      units: { input: 5, cacheRead: 50, output: 1 },
      final: true,
      notes: ["inconsistent_usage"],
    });
    expect(answer({ promptTokenCount: 10, thoughtsTokenCount: 7, totalTokenCount: 30 }).units).toEqual({
      input: 10,
      output: 13,
      reasoning: 7,
    });
    expect(answer({ promptTokenCount: 10, totalTokenCount: 10 }).notes).toBeUndefined();
  });

  it("empty words say nothing: neither an ending, nor a model or an id", () => {
    const google = readAll(googleReader(), [
      { modelVersion: "", responseId: "", candidates: [{ finishReason: "" }], promptFeedback: { blockReason: "" } },
    ]);
    expect(google).toMatchObject({ complete: false, responseModel: undefined, vendorRequestId: undefined });
  });
});
