import { describe, expect, it } from "vitest";
import { SseFramer, SseOverflow } from "./sse-framer.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const frame = (framer: SseFramer, bytes: Uint8Array, size: number) => {
  const frames = [];
  for (let at = 0; at < bytes.length; at += size) frames.push(...framer.push(bytes.subarray(at, at + size)));
  return frames;
};

describe("SseFramer", () => {
  const text = 'event: a\ndata: {"x":"grüße 🦊"}\n\n: ping\n\ndata: one\r\ndata:two\r\n\r\nid: 7\n\ndata: [DONE]\n\n';

  it.each([1, 2, 3, 5, 7, 1000])("cuts the same events from pieces of %i bytes, and loses no byte", (size) => {
    const frames = frame(new SseFramer(), encode(text), size);
    expect(frames.map(({ data }) => data)).toEqual(['{"x":"grüße 🦊"}', undefined, "one\ntwo", undefined, "[DONE]"]);
    expect(Buffer.concat(frames.map(({ raw }) => raw)).toString()).toBe(text);
  });

  it("keeps an event without its ending apart", () => {
    const framer = new SseFramer();
    expect(framer.push(encode("data: whole\n\ndata: hal"))).toHaveLength(1);
    expect(framer.rest()?.data).toBe("hal");
    expect(framer.rest()).toBeUndefined();
  });

  it("refuses an event above the limit, whole or endless", () => {
    expect(() => new SseFramer(100).push(encode(`data: ${"x".repeat(200)}\n\n`))).toThrow(SseOverflow);
    expect(() => frame(new SseFramer(100), encode(`data: ${"x".repeat(200)}`), 10)).toThrow(SseOverflow);
  });

  it("refuses an endless run of comments, but not comments between events", () => {
    const flood = ": keep-alive\n\n".repeat(20);
    expect(() => frame(new SseFramer(200), encode(flood), 10)).toThrow(SseOverflow);
    const calm = ": keep-alive\n\ndata: x\n\n".repeat(50);
    expect(frame(new SseFramer(200), encode(calm), 10)).toHaveLength(100);
  });
});
