// Every page for everybody, in every state: no rule of accessibility broken, nothing wider than the screen, no violation
// of a policy, no request elsewhere, no red line in the console.
import { expect, type Page } from "@playwright/test";
import { violationsOf } from "../accessibility.ts";
import { accountPages, dashboardPages, missingPage, strangersPages } from "./places.ts";
import { settle } from "./settle.ts";
import { test, type Tour } from "./tour-test.ts";
import type { Visitor } from "./visitors.ts";
import { watch, type Noticed } from "./watch.ts";

test.describe.configure({ mode: "default", timeout: 900_000 });

const nothing: Noticed = { policy: [], elsewhere: [], errors: [] };

interface Form {
  readonly colorScheme: "light" | "dark";
  readonly width: number;
}

const everyForm: readonly Form[] = [1280, 390, 320].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ colorScheme, width })),
);
const oneForm: readonly Form[] = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 320 },
];

/** What is wrong with a page as it stands, in each form. */
const problemsIn = async (page: Page, forms: readonly Form[]): Promise<string[]> => {
  const problems: string[] = [];
  for (const { colorScheme, width } of forms) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 800 });
    const form = `${colorScheme} ${width}`;
    for (const violation of await violationsOf(page)) problems.push(`${form} ${violation}`);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (tooWide > 0) problems.push(`${form} is ${tooWide} px too wide`);
  }
  return problems;
};

const originsOf = ({ facts }: Tour): readonly string[] => [facts.gatewayUrl, facts.authUrl];

const visit = async (page: Page, url: string, forms: readonly Form[]): Promise<readonly string[]> => {
  await page.goto(url);
  try {
    await settle(page);
  } catch {
    return [`${url} never shows what it has`];
  }
  return (await problemsIn(page, forms)).map((problem) => `${url} ${problem}`);
};

const visitAll = async (tour: Tour, visitor: Visitor, forms: readonly Form[]): Promise<void> => {
  const { facts } = tour;
  const page = await tour.pageOf(visitor);
  const seen = watch(page.context(), originsOf(tour));
  const problems: string[] = [];
  for (const path of [...dashboardPages, missingPage])
    await test.step(path, async () => {
      problems.push(...(await visit(page, `${facts.gatewayUrl}${path}`, forms)));
      if (await page.getByText("SCOPE_DENIED").first().isVisible()) problems.push(`${path} shows a refusal in red`);
    });
  expect.soft(problems).toEqual([]);
  // The address that nobody has is the one that may be missing.
  expect.soft({ ...seen, errors: seen.errors.filter((line) => !line.includes(missingPage)) }).toEqual(nothing);
};

for (const visitor of ["owner", "operator"] as const)
  test(`every page of the dashboard is well for the ${visitor}`, ({ tour }) => visitAll(tour, visitor, everyForm));

for (const visitor of ["member", "guest", "newcomer", "nobody"] as const)
  test(`every page of the dashboard is well for the ${visitor}`, ({ tour }) => visitAll(tour, visitor, oneForm));

test("every page of Auth is well, for a stranger and for somebody signed in", async ({ browser, tour }) => {
  const context = await browser.newContext();
  const seen = watch(context, originsOf(tour));
  const page = await context.newPage();
  const problems: string[] = [];
  for (const path of Object.keys(strangersPages))
    problems.push(...(await visit(page, `${tour.facts.authUrl}${path}`, everyForm)));
  for (const path of accountPages)
    problems.push(...(await visit(await tour.pageOf("member"), `${tour.facts.authUrl}${path}`, everyForm)));
  expect.soft(problems).toEqual([]);
  // A refusal of Auth is one: nobody is signed in.
  expect.soft({ ...seen, errors: seen.errors.filter((line) => !/status of 4\d\d/.test(line)) }).toEqual(nothing);
  await context.close();
});

test("every page of the documentation is well", async ({ browser, tour }) => {
  const context = await browser.newContext();
  const seen = watch(context, originsOf(tour));
  const page = await context.newPage();
  const index = await (await fetch(`${tour.facts.gatewayUrl}/llms.txt`)).text();
  const paths = [
    ...new Set([...index.matchAll(/\((?:https?:\/\/[^/)]+)?(\/docs[^)]*?)(?:\.md)?\)/g)].map(([, path]) => path ?? "")),
  ];
  expect(paths.length).toBeGreaterThan(30);
  test.setTimeout(paths.length * 20_000);
  const problems: string[] = [];
  for (const path of ["/docs", ...paths])
    problems.push(...(await visit(page, `${tour.facts.gatewayUrl}${path}`, oneForm)));
  expect.soft(problems).toEqual([]);
  expect.soft(seen).toEqual(nothing);
  await context.close();
});

const asksForData = /\/api\/(trpc|organizations|me|api-keys|users|sessions|audit|services)/;

/** What a page shows while nothing answers, and where everything fails. */
const visitWith = async (tour: Tour, answer: "never" | "an outage"): Promise<void> => {
  const page = await tour.pageOf("owner");
  const problems: string[] = [];
  await page.route(asksForData, (route) =>
    answer === "never"
      ? new Promise<void>(() => undefined)
      : route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }),
  );
  const seen = watch(page.context(), originsOf(tour));
  for (const path of dashboardPages)
    await test.step(path, async () => {
      await page.goto(`${tour.facts.gatewayUrl}${path}`);
      await expect(page.locator("h1, output, [role=alert]").first()).toBeVisible();
      if (answer === "an outage") await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => undefined);
      problems.push(...(await problemsIn(page, oneForm)).map((problem) => `${path} ${problem}`));
    });
  await page.unrouteAll({ behavior: "ignoreErrors" });
  expect.soft(problems).toEqual([]);
  expect.soft({ policy: seen.policy, elsewhere: seen.elsewhere }).toEqual({ policy: [], elsewhere: [] });
};

test("every page is well while it loads", ({ tour }) => visitWith(tour, "never"));
test("every page is well where everything fails", ({ tour }) => visitWith(tour, "an outage"));

test("no page violates its policy without scripts", async ({ browser, tour }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const seen = watch(context, originsOf(tour));
  const page = await context.newPage();
  for (const path of [...dashboardPages, missingPage, "/docs", "/welcome"])
    await page.goto(`${tour.facts.gatewayUrl}${path}`);
  for (const path of Object.keys(strangersPages)) await page.goto(`${tour.facts.authUrl}${path}`);
  expect.soft({ policy: seen.policy, elsewhere: seen.elsewhere }).toEqual({ policy: [], elsewhere: [] });
  await context.close();
});
