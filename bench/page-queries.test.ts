import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listProcedures } from "../server/transport/trpc/procedure-list.ts";
import { notMeasured, pageQueries } from "./page-queries.ts";

const queries = pageQueries({
  now: new Date("2026-11-30T12:00:00Z"),
  operationId: "o",
  emailId: "e",
  paymentId: "p",
  deep: "d",
});
const asked = listProcedures().filter(({ type }) => type === "query");

test("every query of the API is measured, or says why not", () => {
  const measured = new Set(queries.map(({ procedure }) => procedure));
  const names = asked.map(({ name }) => name);
  expect(names.filter((name) => !measured.has(name) && notMeasured[name] === undefined)).toEqual([]);
  expect([...measured, ...Object.keys(notMeasured)].filter((name) => !names.includes(name))).toEqual([]);
  expect([...measured].filter((name) => notMeasured[name] !== undefined)).toEqual([]);
});

/** Fields that go on from a page, or choose an amount: another value is no other statement. */
const ofPages = new Set(["before", "after", "cursor", "limit", "whose", "at"]);

test("each filter of a measured query is measured", () => {
  const without = asked.flatMap(({ name, input }) => {
    const ofProcedure = queries.filter(({ procedure }) => procedure === name);
    const given = new Set(ofProcedure.flatMap((query) => Object.keys(query.input)));
    const fields = ofProcedure.length === 0 ? [] : Object.keys(input.shape);
    return fields.filter((field) => !given.has(field) && !ofPages.has(field)).map((field) => `${name}: ${field}`);
  });
  expect(without).toEqual([]);
  const unknown = queries.flatMap(({ procedure, input }) => {
    const shape = asked.find(({ name }) => name === procedure)?.input.shape ?? {};
    return Object.keys(input).filter((field) => !(field in shape));
  });
  expect(unknown).toEqual([]);
});

test("what pages ask for is a query of the API", async () => {
  const root = join(import.meta.dirname, "..", "app", "(dashboard)");
  const files = (await readdir(root, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(root, file), "utf8")));
  const used = new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/([a-zA-Z]+(?:\s*\.\s*[a-zA-Z]+)+)\s*\.\s*(?:queryOptions|infiniteQueryOptions|query)\(/g)].map(
        ([, path = ""]) => path.replaceAll(/\s/g, "").replace(/^(?:nexus|client)\./, ""),
      ),
    ),
  );
  expect(used.size).toBeGreaterThan(40);
  const known = [...new Set(queries.map(({ procedure }) => procedure)), ...Object.keys(notMeasured)];
  expect([...used].filter((path) => !known.some((name) => name === path || name.endsWith(`.${path}`)))).toEqual([]);
});
