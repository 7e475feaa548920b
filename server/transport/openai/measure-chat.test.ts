import { expect, it } from "vitest";
import { parseChatRequest } from "./chat-request.ts";
import { measureChat } from "./measure-chat.ts";
import { nativeChatBody } from "./native-chat-body.ts";

const image = `data:image/png;base64,${"A".repeat(4_000)}`;
const measure = (body: Record<string, unknown>) => {
  const whole = { model: "m", messages: [{ role: "user", content: "Hi" }], ...body };
  return measureChat(parseChatRequest(whole), Buffer.byteLength(JSON.stringify(whole)));
};

it("counts text by its bytes and images by their number", () => {
  const text = '日本語 " \n';
  const { size, needs } = measure({
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text },
          { type: "image_url", image_url: { url: image } },
          { type: "image_url", image_url: { url: "https://example.com/a.png" } },
        ],
      },
    ],
  });
  expect(size.images).toBe(2);
  expect(size.textBytes).toBeGreaterThanOrEqual(Buffer.byteLength(text));
  expect(size.textBytes).toBeLessThan(400);
  expect(needs).toEqual({ tools: false, images: true, json: false, embeddings: false });
});

it("does not take a text that looks like an image for one", () => {
  const { size } = measure({ messages: [{ role: "user", content: [{ type: "text", text: image }] }] });
  expect(size.textBytes).toBeGreaterThan(image.length);
  expect(size.images).toBe(0);
});

it("knows choices, limits, tools, JSON and cache marks", () => {
  const { size, needs } = measure({
    n: 3,
    max_tokens: 50,
    tools: [{ type: "function", function: { name: "f" }, cache_control: { type: "ephemeral" } }],
    response_format: { type: "json_object" },
  });
  expect(size).toMatchObject({ choices: 3, maxOutputTokens: 50, writesCache: true });
  expect(needs).toMatchObject({ tools: true, json: true });
  expect(measure({}).size).toMatchObject({ choices: 1, maxOutputTokens: undefined, writesCache: false });
});

it("changes nothing of a native body but model, limit and usage chunk", () => {
  const body = {
    model: "openai/m",
    messages: [{ role: "user", content: "Hi", odd: true }],
    max_tokens: 9,
    unknown: { a: [1] },
    stream: true,
  };
  const io = { model: "m-1", maxOutputTokens: 9 };
  expect(nativeChatBody(body, parseChatRequest(body), io)).toEqual({
    ...body,
    model: "m-1",
    stream_options: { include_usage: true },
  });
  const { max_tokens: _limit, stream: _stream, ...plain } = body;
  expect(nativeChatBody(plain, parseChatRequest(plain), io)).toEqual({
    ...plain,
    model: "m-1",
    max_completion_tokens: 9,
  });
});
