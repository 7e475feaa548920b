import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillPath } from "./wire-path.ts";

const template = "/models/{model}:generateContent?alt=sse";

describe("a declared path", () => {
  it("takes a value as a piece of one segment", () => {
    expect(fillPath(template, { model: "gemini-2.5-pro" })).toBe("/models/gemini-2.5-pro:generateContent?alt=sse");
    expect(fillPath("/a/{one}/{two}", { one: "x y", two: "ü:@" })).toBe("/a/x%20y/%C3%BC%3A%40");
    expect(fillPath("/chat/completions", {})).toBe("/chat/completions");
  });

  it("takes a value as one value of its query", () => {
    expect(fillPath("/files?upload_id={id}&kind=x", { id: "a&kind=y z" })).toBe(
      "/files?upload_id=a%26kind%3Dy%20z&kind=x",
    );
    expect(fillPath("/files?upload_id={id}", { id: "a#b" })).toBeUndefined();
  });

  it.each(["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "a%2fb", "%2e%2e", "a\u0000", "a\nb", "\ud800"])(
    "is not made with %j",
    (model) => expect(fillPath("/models/{model}", { model })).toBeUndefined(),
  );

  it("is not made without its values, and not from an object's machinery", () => {
    expect(fillPath(template, {})).toBeUndefined();
    expect(fillPath("/{constructor}", {})).toBeUndefined();
  });

  it("always comes out as declared, whatever the value", () => {
    const unit = fc.constantFrom(..."ab./:@\\?#%&=+ \t\n\u0000\u200b\uff0e\uff0f", "..", "%2e", "%2F", "%252e");
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit, maxLength: 12 }), fc.string({ unit: "binary", maxLength: 12 })),
        (model) => {
          const filled = fillPath(template, { model });
          if (filled === undefined) return;
          const url = new URL(`http://host/base${filled}`);
          expect(url.search).toBe("?alt=sse");
          expect(url.hash).toBe("");
          const segments = url.pathname.split("/").map(decodeURIComponent);
          expect(segments).toEqual(["", "base", "models", `${model}:generateContent`]);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
