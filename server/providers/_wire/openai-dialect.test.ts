import { describe, expect, it } from "vitest";
import type { NativeRequest, ProviderIo } from "../../contracts/provider.ts";
import { bearer, openAiChatDialect, refuseAddresses } from "./openai-dialect.ts";

const io = { model: "real", maxOutputTokens: 77 } as ProviderIo;
const refused = expect.objectContaining({
  failure: expect.objectContaining({ kind: "not_sent", code: "CAPABILITY_MISSING" }),
});

describe("OpenAI's dialect", () => {
  it.each(["max_tokens", "max_completion_tokens"] as const)("sends %s alone, whatever the caller named", (limit) => {
    const { seal } = openAiChatDialect(limit);
    for (const body of [
      {},
      { max_tokens: 5 },
      { max_completion_tokens: 5 },
      { max_tokens: 5, max_completion_tokens: 6 },
    ]) {
      expect(seal({ model: "alias", ...body }, io)).toEqual({ model: "real", [limit]: 77 });
    }
  });

  it("refuses what is billed beside the tokens", () => {
    const { seal } = openAiChatDialect("max_tokens", { plugins: [] });
    for (const body of [
      { service_tier: "priority" },
      { service_tier: "flex" },
      { web_search_options: {} },
      { plugins: [{ id: "web" }] },
    ]) {
      expect(() => seal(body, io)).toThrow(refused);
    }
    expect(seal({ service_tier: "default" }, io)).toMatchObject({ service_tier: "default" });
  });

  it("refuses addresses for self-hosted vendors, not data", () => {
    const request = (url: string): NativeRequest => ({
      path: "/chat/completions",
      headers: {},
      includeUsage: false,
      body: { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }] },
    });
    expect(() => refuseAddresses(request("http://169.254.169.254/"))).toThrow(refused);
    expect(() => refuseAddresses(request("data:image/png;base64,AAAA"))).not.toThrow();
  });

  it("sends no authorization without a key", () => {
    expect(bearer({ ...io, credential: {} })).toEqual({});
    expect(bearer({ ...io, credential: { apiKey: "" } })).toEqual({});
    expect(bearer({ ...io, credential: { apiKey: "k" } })).toEqual({ authorization: "Bearer k" });
  });
});
