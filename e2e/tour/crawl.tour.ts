// Every page for everybody, in every state: no rule of accessibility broken, nothing wider than the screen, no violation
// of a policy, no request elsewhere, no red line in the console.
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { violationsOf } from "../accessibility.ts";
import { furnish, openPageOf, type Tour, type Visitor } from "./furnish.ts";
import { accountPages, dashboardPages, missingPage, strangersPages } from "./places.ts";
import { settle } from "./settle.ts";
import { watch, type Noticed } from "./watch.ts";

test.describe.configure({ mode: "default", timeout: 900_000 });

let tour: Tour;
const noticed = new Map<Visitor, Noticed>();

test.beforeAll(async ({ browser }) => {
  test.setTimeout(300_000);
  tour = await furnish(browser);
});
test.afterAll(() => tour.close());

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

const visitAll = async (visitor: Visitor, paths: readonly string[], forms: readonly Form[]): Promise<void> => {
  const page = openPageOf(tour, visitor);
  const seen = noticed.get(visitor) ?? watch(tour.contexts[visitor], originsOf(tour));
  noticed.set(visitor, seen);
  const problems: string[] = [];
  for (const path of paths)
    await test.step(path, async () => {
      problems.push(...(await visit(page, `${tour.facts.gatewayUrl}${path}`, forms)));
    });
  expect.soft(problems).toEqual([]);
  expect.soft(seen).toEqual({ policy: [], elsewhere: [], errors: [] });
};

for (const visitor of ["owner", "operator"] as const)
  test(`every page of the dashboard is well for the ${visitor}`, () =>
    visitAll(visitor, [...dashboardPages, missingPage], everyForm));

for (const visitor of ["member", "guest", "newcomer", "nobody"] as const)
  test(`every page of the dashboard is well for the ${visitor}, and shows no refusal in red`, async () => {
    await visitAll(visitor, [...dashboardPages, missingPage], oneForm);
    const page = openPageOf(tour, visitor);
    for (const path of dashboardPages) {
      await page.goto(`${tour.facts.gatewayUrl}${path}`);
      await settle(page);
      await expect.soft(page.getByText("SCOPE_DENIED"), path).toHaveCount(0);
    }
  });

test("every page of Auth is well, for a stranger and for somebody signed in", async ({ browser }) => {
  const context = await browser.newContext();
  const seen = watch(context, originsOf(tour));
  const page = await context.newPage();
  const problems: string[] = [];
  for (const path of Object.keys(strangersPages))
    problems.push(...(await visit(page, `${tour.facts.authUrl}${path}`, everyForm)));
  for (const path of accountPages)
    problems.push(...(await visit(openPageOf(tour, "member"), `${tour.facts.authUrl}${path}`, everyForm)));
  expect.soft(problems).toEqual([]);
  // A refusal of Auth is one: nobody is signed in.
  expect.soft({ ...seen, errors: seen.errors.filter((line) => !/status of 4\d\d/.test(line)) }).toEqual({
    policy: [],
    elsewhere: [],
    errors: [],
  });
  await context.close();
});

test("every page of the documentation is well", async ({ browser }) => {
  const context = await browser.newContext();
  const seen = watch(context, originsOf(tour));
  const page = await context.newPage();
  const index = await (await fetch(`${tour.facts.gatewayUrl}/llms.txt`)).text();
  const paths = [
    ...new Set([...index.matchAll(/\((?:https?:\/\/[^/)]+)?(\/docs[^)]*?)(?:\.md)?\)/g)].map(([, path]) => path ?? "")),
  ];
  expect(paths.length).toBeGreaterThan(30);
  const problems: string[] = [];
  for (const path of ["/docs", ...paths])
    problems.push(...(await visit(page, `${tour.facts.gatewayUrl}${path}`, oneForm)));
  expect.soft(problems).toEqual([]);
  expect.soft(seen).toEqual({ policy: [], elsewhere: [], errors: [] });
  await context.close();
});

const asksForData = /\/api\/(trpc|organizations|me|api-keys|users|sessions|audit|services)/;

/** What a page shows while nothing answers, and where everything fails. */
const visitWith = async (answer: "never" | "an outage"): Promise<void> => {
  const page = openPageOf(tour, "owner");
  const problems: string[] = [];
  await page.route(asksForData, (route) =>
    answer === "never"
      ? new Promise<void>(() => undefined)
      : route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Not now." } } }),
  );
  const seen = watch(tour.contexts.owner, originsOf(tour));
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

test("every page is well while it loads", () => visitWith("never"));
test("every page is well where everything fails", () => visitWith("an outage"));

test("no page violates its policy without scripts", async ({ browser }) => {
  const context: BrowserContext = await browser.newContext({ javaScriptEnabled: false });
  const seen = watch(context, originsOf(tour));
  const page = await context.newPage();
  for (const path of [...dashboardPages, missingPage, "/docs", "/welcome"])
    await page.goto(`${tour.facts.gatewayUrl}${path}`);
  for (const path of Object.keys(strangersPages)) await page.goto(`${tour.facts.authUrl}${path}`);
  expect.soft({ policy: seen.policy, elsewhere: seen.elsewhere }).toEqual({ policy: [], elsewhere: [] });
  await context.close();
});
