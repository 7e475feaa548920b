import { describe, expect, it } from "vitest";
import type { NativeRequest, ProviderIo } from "../../../contracts/ai-vendor.ts";
import { bearer, openAiChatDialect } from "./openai-dialect.ts";
import { refuseAddresses } from "./refuse-addresses.ts";

const io = { model: "real", maxOutputTokens: 77 } as ProviderIo;
const refused = expect.objectContaining({
  failure: expect.objectContaining({ kind: "not_sent", code: "CAPABILITY_MISSING" }),
});

describe("OpenAI's dialect", () => {
  it.each(["max_tokens", "max_completion_tokens"] as const)("sends %s alone, whatever the caller named", (limit) => {
    const { enforceLimits } = openAiChatDialect(limit);
    for (const body of [
      {},
      { max_tokens: 5 },
      { max_completion_tokens: 5 },
      { max_tokens: 5, max_completion_tokens: 6 },
    ]) {
      expect(enforceLimits({ model: "alias", ...body }, io)).toEqual({ model: "real", [limit]: 77 });
    }
  });

  it("refuses what is billed beside the tokens", () => {
    const { enforceLimits } = openAiChatDialect("max_tokens", { plugins: [] });
    for (const body of [
      { service_tier: "priority" },
      { service_tier: "flex" },
      { web_search_options: {} },
      { plugins: [{ id: "web" }] },
    ]) {
      expect(() => enforceLimits(body, io)).toThrow(refused);
    }
    expect(enforceLimits({ service_tier: "default" }, io)).toMatchObject({ service_tier: "default" });
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
    expect(() => refuseAddresses(request("DATA:image/png;base64,AAAA"))).not.toThrow();
  });

  it.each([
    { content: [{ type: "image_url", image_url: "http://10.0.0.1/" }] },
    { content: [{ type: "text", text: "x", video_url: { url: "http://10.0.0.1/" } }] },
    { content: [{ type: "input_audio", input_audio: { data: "http://10.0.0.1/", format: "wav" } }] },
    { content: [{ type: "file", file: { file_data: "file:///etc/passwd" } }] },
    { content: [{ type: "image", image: "http://10.0.0.1/" }] },
    { role: "assistant", images: [{ type: "image_url", image_url: { url: "http://10.0.0.1/" } }] },
  ])("finds an address wherever a message may hold one: %j", (message) => {
    const request = { path: "/chat/completions", headers: {}, includeUsage: false, body: { messages: [message] } };
    expect(() => refuseAddresses(request)).toThrow(refused);
  });

  it("takes words and data for what they are", () => {
    const content = [
      { type: "text", text: "See http://10.0.0.1/" },
      { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
    ];
    const request = { path: "/chat/completions", headers: {}, includeUsage: false, body: { messages: [{ content }] } };
    expect(() => refuseAddresses(request)).not.toThrow();
  });

  it("sends no authorization without a key", () => {
    expect(bearer({ ...io, credential: {} })).toEqual({});
    expect(bearer({ ...io, credential: { apiKey: "" } })).toEqual({});
    expect(bearer({ ...io, credential: { apiKey: "k" } })).toEqual({ authorization: "Bearer k" });
  });
});
