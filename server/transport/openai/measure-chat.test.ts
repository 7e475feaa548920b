import { expect, it } from "vitest";
import { parseChatRequest } from "./chat-request.ts";
import { measureChat } from "./measure-chat.ts";
import { nativeChatBody } from "./native-chat-body.ts";

const image = `data:image/png;base64,${"A".repeat(4_000)}`;
const measure = (body: Record<string, unknown>) => {
  const whole = { model: "m", messages: [{ role: "user", content: "Hi" }], ...body };
  return measureChat(parseChatRequest(whole), Buffer.byteLength(JSON.stringify(whole)));
};

it("counts text by its bytes, without inline media", () => {
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
  expect(size.media).toEqual([
    { kind: "image", field: "messages.0.content.1.image_url", data: "A".repeat(4_000) },
    { kind: "image", field: "messages.0.content.2.image_url", data: undefined },
  ]);
  expect(size.textBytes).toBeGreaterThanOrEqual(Buffer.byteLength(text));
  expect(size.textBytes).toBeLessThan(400);
  expect(needs).toEqual({ tools: false, images: true, json: false, search: false });
});

it("counts what models drew in earlier answers", () => {
  const url = "https://example.com/a.png";
  const { size, needs } = measure({
    messages: [
      { role: "assistant", content: "Here.", images: [{ type: "image_url", image_url: { url } }] },
      { role: "assistant", images: [{ type: "image_url", image_url: { url: image } }] },
    ],
  });
  expect(size.media).toEqual([
    { kind: "image", field: "messages.0.images.0.image_url", data: undefined },
    { kind: "image", field: "messages.1.images.0.image_url", data: "A".repeat(4_000) },
  ]);
  expect(size.textBytes).toBeLessThan(500);
  expect(needs.images).toBe(true);
});

it("does not take a text that looks like an image for one", () => {
  const { size } = measure({ messages: [{ role: "user", content: [{ type: "text", text: image }] }] });
  expect(size.textBytes).toBeGreaterThan(image.length);
  expect(size.media).toEqual([]);
});

it("finds media of every kind, and takes what it does not know for anything", () => {
  const data = "QUJD".repeat(500);
  const { size } = measure({
    messages: [
      {
        role: "user",
        content: [
          { type: "input_audio", input_audio: { data, format: "wav" } },
          { type: "video_url", video_url: { url: "https://example.com/v.mp4" } },
          { type: "video_url", video_url: { url: `data:video/mp4;base64,${data}` } },
          { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${data}` } },
          { type: "file", file: { file_data: `data:text/plain;charset=utf-8;base64,${data}` } },
          { type: "file", file: { file_id: "file-1" } },
          { type: "file", file: { filename: "a.pdf", file_data: data } },
          { type: "file", file: { file_data: "https://example.com/a.pdf" } },
          { type: "document_url", document_url: "https://example.com/d" },
        ],
      },
      { role: "assistant", content: "Hm.", audio: { id: "audio_1" } },
    ],
  });
  expect(size.media.map(({ kind, data: inline }) => [kind, inline === data])).toEqual([
    ["audio", true],
    ["video", false],
    ["video", true],
    ["document", true],
    ["document", false],
    ["document", true],
    ["document", false],
    ["other", false],
    ["audio", false],
  ]);
  expect(size.textBytes).toBeLessThan(data.length + 1_000);
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

it("knows an answer that is to be spoken, and what an earlier one takes of the body", () => {
  const audio = { voice: "alloy", format: "pcm16" };
  expect(measure({ modalities: ["text", "audio"], audio })).toMatchObject({
    size: { spoken: true },
    needs: { spoken: "modalities" },
  });
  expect(measure({ audio }).needs).toMatchObject({ spoken: "audio" });
  expect(measure({ modalities: ["text"] }).size.spoken).toBeUndefined();
  const said = { id: "audio_1", data: "A".repeat(40_000), expires_at: 1, transcript: "Good morning." };
  const body = {
    model: "m",
    messages: [
      { role: "assistant", content: null, audio: said },
      { role: "user", content: "So?" },
    ],
  };
  expect(measure(body).size.textBytes).toBeLessThan(400);
  const sent = nativeChatBody(body, parseChatRequest(body), { model: "m", maxOutputTokens: 7 });
  expect(sent["messages"]).toEqual([{ role: "assistant", content: null, audio: { id: "audio_1" } }, body.messages[1]]);
});

it("changes nothing of a native body but model, limit and usage chunk", () => {
  const body = {
    model: "openai/m",
    messages: [{ role: "user", content: "Hi", odd: true }],
    max_tokens: 9,
    chat_template_kwargs: { a: [1] },
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
