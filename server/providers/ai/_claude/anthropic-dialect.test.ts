import { describe, expect, it } from "vitest";
import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { anthropicDialect } from "./anthropic-dialect.ts";

const io = { model: "claude-real", maxOutputTokens: 77 } as ProviderIo;

describe("Anthropic's dialect", () => {
  it("sends the route's model, the reserved limit and the tier of the price", () => {
    const body = {
      model: "alias",
      max_tokens: 9_999,
      thinking: { type: "enabled", budget_tokens: 1024 },
      tools: [{ name: "mine" }],
    };
    expect(anthropicDialect.enforceLimits(body, io)).toEqual({
      ...body,
      model: "claude-real",
      max_tokens: 77,
      service_tier: "standard_only",
    });
  });

  it.each([
    { speed: "fast" },
    { service_tier: "priority" },
    { inference_geo: "us" },
    { fallbacks: [{ model: "claude-other" }] },
    { context_management: { edits: [{ type: "clear_tool_uses_20250919" }, { type: "compact_20260112" }] } },
    { tools: [{ name: "mine" }, { type: "advisor_20260301", name: "advisor" }] },
    { tools: [{ type: "code_execution_20250825", name: "code_execution" }] },
  ])("refuses %j, whose price the answer does not tell", (body) => {
    expect(() => anthropicDialect.enforceLimits(body, io)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" }),
      }),
    );
  });
});
