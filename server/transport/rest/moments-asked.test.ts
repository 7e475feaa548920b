import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isRecord(value) ? value : {});

/** The patterns of moments inside a schema, by where they stand. */
const momentsIn = (
  value: unknown,
  schemas: Readonly<Record<string, unknown>>,
  place: string,
  seen: ReadonlySet<unknown> = new Set(),
): readonly (readonly [string, string])[] => {
  if (!isRecord(value) || seen.has(value)) return [];
  const within = new Set([...seen, value]);
  const { $ref, format, pattern } = value;
  if (typeof $ref === "string") return momentsIn(schemas[$ref.split("/").at(-1) ?? ""], schemas, place, within);
  return [
    ...(format === "date-time" && typeof pattern === "string" ? ([[place, pattern]] as const) : []),
    ...Object.entries(value).flatMap(([key, inside]) => momentsIn(inside, schemas, `${place}.${key}`, within)),
  ];
};

const patternsOf = (name: string): readonly (readonly [string, string])[] => {
  const file = join(import.meta.dirname, "..", "..", "..", "docs", "generated", `${name}.json`);
  const document = recordOf(JSON.parse(readFileSync(file, "utf8")));
  const schemas = recordOf(recordOf(document["components"])["schemas"]);
  return Object.values(recordOf(document["paths"])).flatMap((item) =>
    Object.values(recordOf(item)).flatMap((operation) => {
      const { operationId, parameters, requestBody } = recordOf(operation);
      return momentsIn({ parameters, requestBody }, schemas, String(operationId));
    }),
  );
};

it.each(["openapi", "auth-openapi"])("moments asked for in %s may have any offset, as Python writes them", (name) => {
  const moments = patternsOf(name);
  expect(moments.length).toBeGreaterThan(5);
  for (const [place, pattern] of moments)
    for (const moment of ["2026-11-02T09:30:00Z", "2026-11-02T09:30:00+00:00", "2026-11-02T09:30:00.000-05:00"])
      expect(moment, place).toMatch(new RegExp(pattern));
});
