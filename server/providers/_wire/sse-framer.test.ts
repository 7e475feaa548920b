import { describe, expect, it } from "vitest";
import { FramingError } from "./framer.ts";
import { SseFramer } from "./sse-framer.ts";

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
    expect(() => new SseFramer(100).push(encode(`data: ${"x".repeat(200)}\n\n`))).toThrow(FramingError);
    expect(() => frame(new SseFramer(100), encode(`data: ${"x".repeat(200)}`), 10)).toThrow(FramingError);
  });

  it("refuses an endless run of comments, but not comments between events", () => {
    const flood = ": keep-alive\n\n".repeat(20);
    expect(() => frame(new SseFramer(200), encode(flood), 10)).toThrow(FramingError);
    const calm = ": keep-alive\n\ndata: x\n\n".repeat(50);
    expect(frame(new SseFramer(200), encode(calm), 10)).toHaveLength(100);
  });

  const event = (parts: readonly string[]) => parts;
  it.each([
    ["no blank after the colon", event(["event:a\ndata:x\n\n"])],
    ["bare CR", event(["event: a\rdata: x\r\r"])],
    ["CRLF", event(["event: a\r\ndata: x\r\n\r\n"])],
    ["a mixture", event(["event: a\rdata: x\n\r\n"])],
    ["a byte order mark", event(["\uFEFFevent: a\ndata: x\n\n"])],
    ["data before its event", event(["data: x\nevent: a\n\n"])],
    ["comments and other fields between", event([": hi\nevent: a\nretry: 5\nid: 7\n: ho\ndata: x\n\n"])],
  ])("reads %s, whole and byte by byte", (_name, [text = ""]) => {
    for (const size of [1, 2, 1000]) {
      const framer = new SseFramer();
      const got = [...frame(framer, encode(text), size), framer.rest()];
      expect(got.filter((one) => one?.data !== undefined)).toMatchObject([{ data: "x", event: "a" }]);
    }
  });

  it("ends an event of bare CRs at once where lines before it ended so", () => {
    const framer = new SseFramer();
    framer.push(encode("data: one\r\rdata"));
    expect(framer.push(encode(": two\r\r"))).toMatchObject([{ data: "two" }]);
    expect(framer.push(encode("\ndata: three\r\r"))).toMatchObject([{ data: "three" }]);
  });

  it("takes an event of many megabytes in time that grows with its size alone", () => {
    const timed = (megabytes: number): number => {
      const piece = encode("x".repeat(16 * 1024));
      const framer = new SseFramer();
      const begun = performance.now();
      framer.push(encode("data: "));
      for (let sent = 0; sent < megabytes * 64; sent += 1) framer.push(piece);
      expect(framer.push(encode("\n\n"))[0]?.data).toHaveLength(megabytes * 1024 * 1024);
      return performance.now() - begun;
    };
    timed(4);
    expect(timed(32)).toBeLessThan(Math.max(timed(4), 20) * 40);
  });
});
