import { EventStreamCodec } from "@smithy/core/event-streams";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventStreamFramer } from "./event-stream-framer.ts";
import { FramingError, type WireFrame } from "./framer.ts";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);
const encode = (type: string, payload: string): Buffer =>
  Buffer.from(
    codec.encode({
      headers: {
        ":message-type": { type: "string", value: "event" },
        ":event-type": { type: "string", value: type },
        ":content-type": { type: "string", value: "application/json" },
      },
      body: Buffer.from(payload),
    }),
  );

const event = fc.record({ type: fc.stringMatching(/^[a-zA-Z]{1,20}$/), payload: fc.string({ unit: "grapheme" }) });
const events = fc.array(event, { minLength: 1, maxLength: 8 });
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 });

const streamOf = (all: readonly { type: string; payload: string }[]): Buffer =>
  Buffer.concat(all.map(({ type, payload }) => encode(type, payload)));

/** What a framer makes of bytes that come in pieces of these sizes, to the end. */
const framesOf = (bytes: Buffer, cuts: readonly number[], framer = new EventStreamFramer()): WireFrame[] => {
  const frames: WireFrame[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    frames.push(...framer.push(bytes.subarray(at, at + size)));
    at += size;
  }
  framer.rest();
  return frames;
};

const failureOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe("a binary event stream", () => {
  it("gives the same messages however the network cuts it", () => {
    fc.assert(
      fc.property(events, sizes, (all, cuts) => {
        const bytes = streamOf(all);
        const frames = framesOf(bytes, cuts);
        expect(frames.map(({ event: type, data }) => [type, data ?? ""])).toEqual(
          all.map(({ type, payload }) => [type, Buffer.from(payload).toString()]),
        );
        expect(Buffer.concat(frames.map(({ raw }) => raw)).equals(bytes)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("fails by name where a single bit of it is changed", () => {
    fc.assert(
      fc.property(events, sizes, fc.nat(), (all, cuts, bit) => {
        const bytes = streamOf(all);
        const at = Math.floor(bit / 8) % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit % 8)), at);
        expect(failureOf(() => framesOf(bytes, cuts))).toBeInstanceOf(FramingError);
      }),
      { numRuns: 300 },
    );
  });

  it("fails by name where it ends within a message, and gives what came whole before", () => {
    fc.assert(
      fc.property(events, sizes, fc.nat(), (all, cuts, cut) => {
        const bytes = streamOf(all);
        const last = streamOf(all.slice(-1)).length;
        const end = bytes.length - 1 - (cut % (last - 1));
        const framer = new EventStreamFramer();
        const failed = failureOf(() => framesOf(bytes.subarray(0, end), cuts, framer));
        expect(failed).toMatchObject({ name: "FramingError", doubt: "cut" });
        expect(framesOf(bytes.subarray(0, bytes.length - last), cuts)).toHaveLength(all.length - 1);
      }),
      { numRuns: 200 },
    );
  });

  it("takes any bytes at all, and fails by name alone", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), sizes, (bytes, cuts) => {
        const outcome = failureOf(() => framesOf(Buffer.from(bytes), cuts));
        expect(Array.isArray(outcome) || outcome instanceof FramingError).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("is refused at the beginning of a message that is larger than is read", () => {
    const bytes = encode("delta", "x".repeat(1_000));
    expect(failureOf(() => new EventStreamFramer(500).push(bytes.subarray(0, 12)))).toMatchObject({
      doubt: "too_large",
    });
  });

  it("reads the vectors of the format's own tests", () => {
    // https://github.com/smithy-lang/smithy-typescript: the vectors empty_message and payload_no_headers.
    const empty = Buffer.from("000000100000000005c248eb7d98c8ff", "hex");
    const payload = Buffer.from("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936", "hex");
    expect(framesOf(Buffer.concat([empty, payload]), [7]).map(({ data }) => data)).toEqual([
      undefined,
      "{'foo':'bar'}",
    ]);
  });

  it("says of an exception that it is an error, by its type", () => {
    const bytes = Buffer.from(
      codec.encode({
        headers: {
          ":message-type": { type: "string", value: "exception" },
          ":exception-type": { type: "string", value: "throttlingException" },
        },
        body: Buffer.from('{"message":"Too many requests"}'),
      }),
    );
    const [frame] = framesOf(bytes, [1]);
    expect(JSON.parse(frame?.data ?? "")).toEqual({
      error: { message: "Too many requests", type: "throttlingException" },
    });
  });
});
