import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireFrame } from "./framer.ts";
import { SseFramer } from "./sse-framer.ts";

describe("SseFramer", () => {
  it("gives the same events and bytes however a stream is spelled and cut", () => {
    const piece = fc.constantFrom(
      "data: {}",
      "\n",
      "\n\n",
      "\r\n",
      "\r\n\r\n",
      ": x",
      "event: a\n",
      "data:ü🦊",
      "\r",
      "\r\r",
      "data",
      "\uFEFF",
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }),
        (pieces, sizes) => {
          const bytes = Buffer.from(pieces.join(""));
          const whole = new SseFramer();
          const expected = [...whole.push(bytes), whole.rest()].filter((one) => one !== undefined);
          const cut = new SseFramer();
          const frames = [];
          for (let at = 0, turn = 0; at < bytes.length; turn++) {
            const size = sizes[turn % sizes.length] ?? 1;
            frames.push(...cut.push(bytes.subarray(at, at + size)));
            at += size;
          }
          const got = [...frames, cut.rest()].filter((one) => one !== undefined);
          const eventsOf = (all: readonly WireFrame[]) =>
            all.flatMap(({ data, event }) => (data === undefined ? [] : [{ data, event }]));
          expect(eventsOf(got)).toEqual(eventsOf(expected));
          expect(Buffer.concat(got.map(({ raw }) => raw)).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
