// How fast every page shows what it has, how still it stands and how soon it answers, in a table, over budget or not.
import { expect, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Metric } from "web-vitals";
import { dashboardPages } from "./places.ts";
import { settle } from "./settle.ts";
import { test } from "./tour-test.ts";

test.describe.configure({ mode: "default", timeout: 900_000 });

/** Milliseconds of the largest paint and of an answer to a key, shift without a unit, as the field's thresholds are; the first is stricter. */
const budget = { lcp: 1_000, cls: 0.1, inp: 200 } as const;

interface Vitals {
  readonly lcp: number;
  readonly cls: number;
  readonly inp: number;
}

// Its build for pages lies beside its entry.
const library = join(dirname(createRequire(import.meta.url).resolve("web-vitals")), "web-vitals.iife.js");

/** Runs in the page before anything else: the newest value of each, for whoever asks. */
const listen = (
  measures: Readonly<Record<string, (told: (metric: Metric) => void, options: object) => void>>,
): void => {
  const vitals: Record<string, number> = { lcp: 0, cls: 0, inp: 0 };
  Object.assign(globalThis, { vitals });
  for (const name of ["LCP", "CLS", "INP"])
    measures[`on${name}`]?.(({ value }) => (vitals[name.toLowerCase()] = value), { reportAllChanges: true });
};

const vitalsOf = async (page: Page, url: string): Promise<Vitals & { readonly scripts: number }> => {
  await page.goto(url);
  await settle(page);
  // What every page has: the palette, by keyboard.
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.type("us");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((entry) => entry instanceof PerformanceResourceTiming && entry.initiatorType === "script")
      .reduce((sum, entry) => sum + (entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0), 0),
  );
  const vitals = await page.evaluate((): Vitals => Reflect.get(globalThis, "vitals"));
  return { ...vitals, scripts };
};

test("every page is within the budget of its vitals", async ({ tour }) => {
  const page = await tour.pageOf("owner");
  await page.addInitScript({ content: `${await readFile(library, "utf8")}\n(${String(listen)})(webVitals);` });
  const widest = Math.max(...dashboardPages.map((path) => path.length));
  const line = (path: string, ...cells: readonly string[]): void =>
    console.log(`${path.padEnd(widest)} ${cells.map((cell) => cell.padStart(10)).join("")}`);
  line("", "LCP ms", "CLS", "INP ms", "script kB");
  const over: string[] = [];
  for (const path of dashboardPages) {
    const { lcp, cls, inp, scripts } = await vitalsOf(page, `${tour.facts.gatewayUrl}${path}`);
    line(path, lcp.toFixed(0), cls.toFixed(3), inp.toFixed(0), (scripts / 1_000).toFixed(0));
    // A page of which nothing was measured is no fast page.
    expect(lcp, path).toBeGreaterThan(0);
    for (const [name, value] of Object.entries({ lcp, cls, inp }))
      if (value > budget[name as keyof typeof budget]) over.push(`${path}: ${name} ${value}`);
  }
  line("at most", String(budget.lcp), String(budget.cls), String(budget.inp), "");
  expect(over).toEqual([]);
});
