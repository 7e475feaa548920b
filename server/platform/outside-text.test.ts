import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFitHeader, readSegment, unfitForm, unfitText, type TextKind } from "./outside-text.ts";

const layout = ["\t", "\n", "\r"];
const controls = [...Array(32).keys(), ...Array.from({ length: 33 }, (_unused, at) => 127 + at)]
  .map((code) => String.fromCharCode(code))
  .filter((character) => character !== "\0" && !layout.includes(character));
const never = ["\0", "\ud800", "\udbff", "\udc00", "\udfff"];
const fine = ["", "a", "é", "👩‍👩‍👧‍👦", "\u202e", "\u200b", "\uffff", "\u{10ffff}", "\u00a0"];

const refused: Readonly<Record<TextKind, readonly string[]>> = {
  line: [...never, ...controls, ...layout],
  text: [...never, ...controls],
  prompt: never,
};
const kinds = ["line", "text", "prompt"] as const;

/** A value somewhere in a JSON document, with the path that leads to it. */
const placed = (leaf: unknown): fc.Arbitrary<{ readonly document: unknown; readonly field: string }> =>
  fc.array(fc.oneof(fc.stringMatching(/^[a-z]{1,5}$/), fc.nat(3)), { maxLength: 8 }).map((path) => ({
    field: path.map(String).join("."),
    document: path.reduceRight<unknown>(
      (inner, step) =>
        typeof step === "number"
          ? [...Array.from({ length: step }, () => "fine"), inner, { fine: 1 }]
          : { before: ["fine", null, 0, true], [step]: inner },
      leaf,
    ),
  }));

describe("JSON from outside", () => {
  it.each(kinds)("names the place of what may not stand in a %s, wherever it is", (kind) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...refused[kind]).chain((bad) => placed(`before${bad}after`)),
        ({ document, field }) => {
          expect(unfitText(document, kind)).toMatchObject({ field });
        },
      ),
    );
  });

  it.each(kinds)("refuses a name that may not stand in a %s, and shows it without what is wrong with it", (kind) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...refused[kind]).chain((bad) => placed({ [`name${bad}`]: 1 })),
        ({ document, field }) => {
          const issue = unfitText(document, kind);
          expect(issue?.field).toBe(field === "" ? "name\ufffd" : `${field}.name\ufffd`);
          expect(issue?.field.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it.each(kinds)("admits everything else in a %s", (kind) => {
    const admitted = [...fine, ...(kind === "line" ? [] : layout), ...(kind === "prompt" ? controls : [])];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...admitted)), fc.json(), (texts, other) => {
        expect(unfitText({ a: [texts.join("")] }, kind)).toBeUndefined();
        if (!/\\u00|\\ud/i.test(other)) expect(unfitText(JSON.parse(other), "prompt")).toBeUndefined();
      }),
    );
  });

  it("is nested at most 32 deep, and no depth is too much for the check itself", () => {
    const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);
    expect(unfitText(nested(32), "text")).toBeUndefined();
    expect(unfitText(nested(33), "text")).toMatchObject({ expected: "at most 32 levels of nesting" });
    expect(unfitText(nested(20_000), "text")).toMatchObject({ expected: "at most 32 levels of nesting" });
  });
});

describe("a query or a form", () => {
  it("is refused for what may not stand in a line, in a name or a value, however it is encoded", () => {
    fc.assert(
      fc.property(fc.constantFrom(...controls, ...layout, "\0"), fc.boolean(), (bad, raw) => {
        const text = raw ? bad : encodeURIComponent(bad);
        expect(unfitForm(`a=1&b=x${text}y&c=2`)).toMatchObject({ field: "b" });
        expect(unfitForm(`a=1&x${text}=1`)).toMatchObject({ field: "x\ufffd" });
      }),
    );
  });

  it.each(["%ed%a0%80", "%ED%BF%BF", "%ff", "%c0%80", "%e2%82"])("is refused for %s, which is no UTF-8", (bytes) => {
    expect(unfitForm(`a=${bytes}`)).toMatchObject({ field: "a" });
    expect(unfitForm(`${bytes}=1`)).toBeDefined();
  });

  it("is read as it was written otherwise", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (pairs) => {
        // What is half a character there leaves as a whole one that stands for it.
        const isFit = Object.entries(pairs)
          .flat()
          .every((text) => !/\p{Cc}/u.test(text));
        expect(unfitForm(new URLSearchParams(pairs).toString()) === undefined).toBe(isFit);
      }),
    );
    for (const form of ["", "a", "a=", "=", "&", "a=100%", "a=%zz", "a=é", "a=%C3%A9+%F0%9F%98%80", "a=%EF%BF%BD"])
      expect(unfitForm(form)).toBeUndefined();
  });
});

it("a segment of a path is text, or says what is wrong by its name", () => {
  expect(readSegment("a%20b", "id")).toBe("a b");
  for (const segment of ["%00", "a%0ab", "%7f", "%c2%85", "%ff", "%ed%a0%80", "%", "%zz"])
    expect(readSegment(segment, "id")).toMatchObject({ field: "id" });
});

it("a header may have a tab and any bytes beyond ASCII", () => {
  for (const value of ["", "a\tb", "M\u00c3\u00bcller \u0085"]) expect(isFitHeader(value)).toBe(true);
  for (const value of ["a\0", "\u0001", "a\u001b[31m", "\u007f", "a\nb"]) expect(isFitHeader(value)).toBe(false);
});
