import { describe, expect, it } from "vitest";
import { NexusError } from "../../../errors.ts";
import { objectChecker } from "./object-checker.ts";
import { canBeEnforced } from "./require-plain-schema.ts";

type Schema = Readonly<Record<string, unknown>>;

const rivers = {
  type: "object",
  properties: {
    rivers: { type: "array", items: { $ref: "#/$defs/river" }, minItems: 1 },
    "a/b": { enum: ["x", "y"] },
  },
  required: ["rivers"],
  additionalProperties: false,
  $defs: {
    river: {
      type: "object",
      properties: { name: { type: "string" }, km: { type: "integer", minimum: 3 } },
      required: ["name", "km"],
    },
  },
};

const issuesOf = (schema: Schema, text: string) => {
  const read = objectChecker(schema, "schema")(text);
  return "issues" in read ? read.issues.map(({ field, expected }) => `${field}: ${expected}`) : [];
};

const refusalOf = (schema: Schema): string => {
  try {
    objectChecker(schema, "schema");
  } catch (error) {
    if (NexusError.is(error) && error.code === "INVALID_INPUT")
      return (error.issues ?? []).map(({ field, expected }) => `${field}: ${expected}`).join("; ");
    throw error;
  }
  return "taken";
};

describe("what a model wrote", () => {
  it.each([
    ['{"rivers":[{"name":"Rhine","km":1230}]}', []],
    ['\n```json\n{"rivers":[{"name":"Rhine","km":1230}]}\n```\n', []],
    ["", ["object: present"]],
    ["Sure! {}", ["object: valid JSON"]],
    ['{"rivers":[', ["object: valid JSON"]],
    ["[]", ["object: object"]],
    ["{}", ["object.rivers: present"]],
    ['{"rivers":[],"more":1}', ["object.more: absent", "object.rivers: NOT have fewer than 1 items"]],
    ['{"rivers":[{"name":7,"km":2}]}', ["object.rivers.0.name: string", "object.rivers.0.km: >= 3"]],
    ['{"rivers":[{"name":"a","km":3}],"a/b":"z"}', ['object.a/b: one of ["x","y"]']],
  ])("%s is checked to the last field", (text, issues) => {
    expect(issuesOf(rivers, text).toSorted()).toEqual(issues.toSorted());
  });

  it("tells at most twenty things, whatever the answer", () => {
    const text = JSON.stringify({ rivers: Array.from({ length: 5_000 }, () => ({ name: 7, km: "x".repeat(1_000) })) });
    const issues = issuesOf(rivers, text);
    expect(issues).toHaveLength(20);
    expect(JSON.stringify(issues).length).toBeLessThan(4_000);
  });

  it("that would keep a pattern busy for ever is given up on", () => {
    const started = performance.now();
    const evil = { type: "object", properties: { a: { type: "string", pattern: "^(a+)+$" } } };
    expect(issuesOf(evil, JSON.stringify({ a: `${"a".repeat(64)}!` }))).toEqual([
      "object: something that the schema's patterns check within 500 ms",
    ]);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(issuesOf(evil, '{"a":"aaaa"}')).toEqual([]);
  });
});

describe("a schema", () => {
  const nested = (depth: number): Schema => (depth === 0 ? {} : { allOf: [nested(depth - 1), nested(depth - 1)] });

  it.each<[string, Schema]>([
    ["a draft named and a name", { $schema: "http://json-schema.org/draft-07/schema#", $id: "https://a.example/b" }],
    [
      "properties that are called as keywords are",
      { properties: { $id: { type: "string" }, pattern: { const: "$ref" } } },
    ],
    ["a value that looks like a reference", { enum: [{ $ref: "https://a.example" }], default: { $id: "x" } }],
    ["an unknown keyword and an unknown format", { "x-order": 1, format: "river" }],
    ["recursion", { $ref: "#/$defs/a", $defs: { a: { properties: { next: { $ref: "#/$defs/a" } } } } }],
  ])("with %s is taken", (_what, schema) => {
    expect(refusalOf(schema)).toBe("taken");
  });

  it.each<[string, Schema, RegExp]>([
    ["a reference elsewhere", { items: { $ref: "https://a.example/b" } }, /^schema\.items\.\$ref: a reference within/],
    ["a file's address", { $ref: "file:///etc/passwd" }, /^schema\.\$ref: a reference within/],
    ["a reference to nothing", { $ref: "#/$defs/gone" }, /^schema: a schema that can be followed/],
    ["a name within", { properties: { a: { $id: "https://a.example" } } }, /^schema\.properties\.a\.\$id: absent/],
    ["an asynchronous part", { $async: true }, /^schema\.\$async: absent/],
    ["a wrong type", { type: "strin" }, /^schema\.type: one of/],
    ["no pattern", { pattern: "(" }, /^schema: a schema that can be followed/],
    ["a long pattern", { pattern: "a".repeat(501) }, /^schema\.pattern: at most 500 characters/],
    ["many parts", nested(12), /^schema: at most 2000 schemas/],
    ["many bytes", { description: "a".repeat(140_000) }, /^schema: at most 131072 bytes/],
  ])("with %s is refused before anything is asked", (_what, schema, refusal) => {
    expect(refusalOf(schema)).toMatch(refusal);
  });

  it("can be enforced where every property is required and no other allowed", () => {
    const { $defs, ...top } = rivers;
    expect(canBeEnforced(rivers)).toBe(false);
    expect(canBeEnforced({ ...top, required: ["rivers", "a/b"] })).toBe(true);
    expect(canBeEnforced({ ...top, required: ["rivers", "a/b"], $defs })).toBe(false);
  });
});
