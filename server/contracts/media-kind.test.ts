import { describe, expect, it } from "vitest";
import { mediumKindOf } from "./media-kind.ts";

const kindOf = (bytes: Buffer | string, mediaType = "text/plain") =>
  mediumKindOf(mediaType, Buffer.from(bytes).toString("base64"));

const zipEnd = Buffer.concat([Buffer.from("PK\x05\x06", "latin1"), Buffer.alloc(18)]);

describe("what is called text", () => {
  it.each([1, 2, 3, 4, 65_536, 200_000, 200_001, 200_002])("is text where it is: %d bytes", (length) => {
    expect(kindOf("PK is a name. ".repeat(Math.ceil(length / 14)).slice(0, length))).toBeUndefined();
    expect(kindOf("é".repeat(length), "application/json")).toBeUndefined();
  });

  // An office document of ten kilobytes can have ten megabytes of text.
  it.each([0, 1, 2, 3, 100_000])("is a document where it ends as a ZIP does, behind %d bytes", (before) => {
    for (const comment of [0, 1, 2, 65_535])
      expect(kindOf(Buffer.concat([Buffer.alloc(before, "x"), zipEnd, Buffer.alloc(comment, "y")]))).toBe("document");
  });

  it("is a document where it begins as the older office files do, or has the mark of a PDF", () => {
    expect(kindOf(Buffer.from("d0cf11e0a1b11ae1", "hex"))).toBe("document");
    expect(kindOf("\n\n%PDF-1.7")).toBe("document");
  });
});
