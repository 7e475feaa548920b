import { describe, expect, it } from "vitest";
import { mostImageEventBytes } from "../../../contracts/image-stream.ts";
import { FramingError } from "../../_wire/framer.ts";
import { imageEvents } from "./image-dialect.ts";

const { framer, asEvents } = imageEvents("image_generation");

describe("an event with an image", () => {
  const eventOf = (bytes: number): Buffer =>
    Buffer.concat([Buffer.from("data: "), Buffer.alloc(bytes, "A"), Buffer.from("\n\n")]);

  it("may be as large as an image of most pixels, and no larger", () => {
    const bare = Math.ceil((3_840 * 2_160 * 4 * 4) / 3);
    expect(framer?.().push(eventOf(bare))).toHaveLength(1);
    expect(() => framer?.().push(eventOf(mostImageEventBytes))).toThrow(FramingError);
  });

  it("is made of a whole answer where a server does not stream", () => {
    const usage = { input_tokens: 2, output_tokens: 272, total_tokens: 274 };
    expect(asEvents?.({ created: 7, data: [{ b64_json: "AAAA" }], size: "1024x1024", usage })).toEqual([
      { type: "image_generation.completed", created_at: 7, b64_json: "AAAA", size: "1024x1024", usage },
    ]);
    expect(asEvents?.({ created: 7, data: [] })).toEqual([{ created: 7, data: [] }]);
  });
});
