import { describe, expect, it } from "vitest";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { endContinuation, enforceGoogleLimits } from "./google-dialect.ts";

const io = { maxOutputTokens: 77 } as ProviderIo;

describe("Google's dialect", () => {
  it("sends one candidate below the reserved limit", () => {
    const body = { contents: [], generationConfig: { temperature: 1, candidateCount: 8, maxOutputTokens: 9_999 } };
    expect(enforceGoogleLimits(body, io)).toEqual({
      contents: [],
      generationConfig: { temperature: 1, maxOutputTokens: 77 },
    });
    expect(enforceGoogleLimits({}, io)).toEqual({ generationConfig: { maxOutputTokens: 77 } });
  });

  it.each([{ serviceTier: "priority" }, { cachedContent: "cachedContents/of-another-tenant" }])(
    "refuses %j",
    (body) => {
      expect(() => enforceGoogleLimits(body, io)).toThrow(
        expect.objectContaining({ failure: expect.objectContaining({ kind: "not_sent", code: "CAPABILITY_MISSING" }) }),
      );
    },
  );

  it("ends an answer that asks for another request at its length", () => {
    const candidate = { content: { parts: [{ text: "a" }] }, finishReason: "CONTINUATION", continuationToken: "t" };
    expect(endContinuation({ candidates: [candidate], usageMetadata: {} })).toEqual({
      candidates: [{ content: candidate.content, finishReason: "MAX_TOKENS" }],
      usageMetadata: {},
    });
    expect(endContinuation({ candidates: [{ finishReason: "STOP" }] })).toBeUndefined();
    expect(endContinuation({})).toBeUndefined();
  });
});
