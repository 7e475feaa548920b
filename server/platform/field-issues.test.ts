import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fieldIssues } from "./field-issues.ts";

const wrong = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  return fieldIssues(error?.issues ?? []).map(({ field, expected }) => `${field}: ${expected}`);
};

const Party = z.union([
  z.string().regex(/@/, { error: "one address" }),
  z.strictObject({ address: z.string().regex(/@/, { error: "one address" }), name: z.string().max(5).optional() }),
]);
const Mail = z.strictObject({
  from: Party,
  to: z.array(z.string()).min(1).max(2),
  stream: z.enum(["transactional", "broadcast"]).optional(),
  headers: z.record(z.string().regex(/^X-/, { error: "X-…" }), z.string()).optional(),
  tries: z.int().min(1).multipleOf(2).optional(),
  at: z.iso.datetime().optional(),
  way: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("queue") }),
      z.strictObject({ kind: z.literal("direct") }),
    ])
    .optional(),
});
const mail = { from: "a@b.c", to: ["d@e.f"] };

describe("what a field must be is said in plain words", () => {
  it.each<[string, unknown, string[]]>([
    ["another type", { ...mail, to: "d@e.f" }, ["to: a list, not a text"]],
    ["nothing", { from: "a@b.c" }, ["to: a list; it is missing"]],
    ["null", { ...mail, to: null }, ["to: a list, not null"]],
    ["too few", { ...mail, to: [] }, ["to: at least 1 item"]],
    ["too many", { ...mail, to: ["", "", ""] }, ["to: at most 2 items"]],
    [
      "an unknown name",
      { ...mail, stream: "brodcast" },
      ['stream: one of "transactional", "broadcast"; did you mean "broadcast"?'],
    ],
    [
      "another case",
      { ...mail, stream: "BROADCAST" },
      ['stream: one of "transactional", "broadcast"; did you mean "broadcast"?'],
    ],
    ["a far name", { ...mail, stream: "carrier pigeon" }, ['stream: one of "transactional", "broadcast"']],
    [
      "an unknown field",
      { ...mail, form: 1, steam: "x", zzz: 1 },
      [
        'form: no such field; did you mean "from"?',
        'steam: no such field; did you mean "stream"?',
        "zzz: no such field",
      ],
    ],
    [
      "a wrong part of one of several forms",
      { ...mail, from: { address: "a@b.c", name: 5 } },
      ["from.name: a text, not a number"],
    ],
    ["a key", { ...mail, headers: { Received: "x" } }, ["headers.Received: another name: X-…"]],
    ["a fraction", { ...mail, tries: 1.5 }, ["tries: a whole number, not a number"]],
    ["a small number", { ...mail, tries: 0 }, ["tries: at least 1"]],
    ["an odd number", { ...mail, tries: 3 }, ["tries: a multiple of 2"]],
    ["a time", { ...mail, at: "tomorrow" }, ["at: a time such as 2026-12-01T09:00:00Z"]],
    [
      "the form that was meant",
      { ...mail, from: { email: "a@b.c" } },
      ["from: address: a text; it is missing; no such field"],
    ],
    [
      "a rule of that form",
      { ...mail, from: { address: "a@b.c", name: "longer" } },
      ["from.name: at most 5 characters"],
    ],
    ["neither form", { ...mail, from: 7 }, ["from: a text, not a number, or an object, not a number"]],
    [
      "an unknown variant",
      { ...mail, way: { kind: "queu" } },
      ['way.kind: one of "queue", "direct"; did you mean "queue"?'],
    ],
    ["no object", "mail", [": an object, not a text"]],
  ])("%s", (_, value, expected) => {
    expect(wrong(Mail, value)).toEqual(expected);
  });
});

it("of a long list some are named, and the nearest", () => {
  const names = Array.from({ length: 50 }, (_, index) => `name-${String.fromCodePoint(97 + index)}`);
  const [line] = wrong(z.enum(names), "name-Q");
  expect(line).toContain("and 38 others");
  expect(line).toContain('did you mean "name-q"?');
});

it("a name with one wrong letter is refused with the name that was meant", () => {
  const names = ["checkout", "subscription", "customer", "portal", "operation"];
  const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), letter, (name, place, other) => {
      const at = place % name.length;
      const asked = name.slice(0, at) + other + name.slice(at + 1);
      fc.pre(!names.includes(asked));
      expect(wrong(z.enum(names), asked)[0]).toContain(`did you mean "${name}"?`);
      expect(
        wrong(z.strictObject(Object.fromEntries(names.map((key) => [key, z.any().optional()]))), { [asked]: 1 }),
      ).toEqual([`${asked}: no such field; did you mean "${name}"?`]);
    }),
  );
});

it("no value that was sent is repeated, and no line is longer than two hundred letters", () => {
  const canary = "c4n4ry-of-the-caller";
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant(canary),
      fc.constant(canary.repeat(50)),
      fc.double(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("from", "to", "address", "headers", "way", "kind", "X-a", "other"), tie("value")),
    ),
  })).value;
  fc.assert(
    fc.property(value, (sent) => {
      for (const line of wrong(Mail, sent)) {
        expect(line).not.toContain(canary);
        expect(line.length).toBeLessThan(405);
      }
    }),
  );
});
