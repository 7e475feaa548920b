import { expect, it } from "vitest";
import { z } from "zod";
import { generateInstance } from "./generate-instance.ts";
import { objectOf } from "./read-json.ts";

const tree: z.ZodType = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }));

it.each([
  ["scalars", z.object({ a: z.string(), b: z.number(), c: z.boolean(), d: z.null() })],
  ["bounds", z.object({ a: z.int().min(7).max(9), b: z.number().gt(0).lt(1), c: z.number().max(-5) })],
  ["steps", z.object({ a: z.int().multipleOf(5).min(11), b: z.number().lt(0) })],
  ["lengths", z.object({ a: z.string().min(40), b: z.string().max(3), c: z.array(z.int()).min(4) })],
  ["formats", z.object({ a: z.iso.datetime(), b: z.email(), c: z.url(), d: z.uuid(), e: z.iso.date() })],
  ["choices", z.object({ a: z.enum(["x", "y"]), b: z.literal(7), c: z.union([z.int(), z.string()]) })],
  ["nullable and optional", z.object({ a: z.string().nullable(), b: z.int().optional() })],
  [
    "tuples and nesting",
    z.object({ a: z.tuple([z.string(), z.int()]), b: z.object({ c: z.array(z.object({ d: z.int() })) }) }),
  ],
  ["intersections", z.object({ a: z.string() }).and(z.object({ b: z.int() }))],
  ["recursion", tree],
])("fits %s", (_name, schema) => {
  const instance = generateInstance(objectOf(z.toJSONSchema(schema)));
  expect(schema.safeParse(instance).error).toBeUndefined();
});

it("follows references and Google's upper-case types", () => {
  const schema = { type: "OBJECT", properties: { a: { $ref: "#/$defs/n" } }, $defs: { n: { type: "INTEGER" } } };
  expect(generateInstance(schema)).toEqual({ a: 1 });
});
