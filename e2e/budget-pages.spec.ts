import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { haveScreenLock } from "./have-screen-lock.ts";
import { linkStartingWith } from "./mailbox.ts";
import { operate } from "./operate.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";

test.describe.configure({ mode: "serial", timeout: 300_000 });

const run = Date.now().toString(36);
const owner = { email: `budgets-${run}@example.com`, password: "a very plain test sentence" };
const mostCalls = 30;

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
/** As the dashboard itself calls. */
let authorization = "";
/** The link of the mail about the budget. */
let mailed = "";
/** The link of the refusal. */
let asking = "";

const row = () => page.getByRole("list", { name: "Budgets" }).getByRole("listitem").filter({ hasText: "$0.001" });
const details = () => page.getByRole("dialog", { name: "Budget of The organization" });

const call = (): Promise<number> =>
  fetch(`${facts.gatewayUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({
      model: "openai/gpt-4o-mini",
      max_tokens: 200,
      messages: [{ role: "user", content: "Go on. [[words:150]]" }],
    }),
  }).then(async (answer) => {
    // What a program shows its person of a refusal.
    if (answer.status === 402) asking = /https?:[^\s"]+\/me\?ask=[\w-]+/.exec(await answer.text())?.[0] ?? "";
    return answer.status;
  });

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(() => context.close());

const steps = () => page.getByRole("region", { name: "First steps" });

test("an owner signs in by password, makes a passkey of the offer, and signs in with it the next time [D1]", async () => {
  await haveScreenLock(page);
  await registerCompany(page, facts, { name: `Budgets ${run}`, owner }, "/");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("link", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByText("You are signed out here and in the other Topolo apps")).toBeVisible();
  const me = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  page.on("request", (request) => {
    const sent = request.headers()["authorization"];
    if (sent?.startsWith("Bearer ") && request.url().startsWith(facts.gatewayUrl)) authorization = sent;
  });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByRole("heading", { name: "Home" })).toBeVisible();
  await operate("organizations", "admit", /org_\w+/.exec((await me).url())?.[0] ?? "");
});

test("the guide leads to a first call and ticks it off; the number of calls leads to it, and usage shows it", async () => {
  await expect(steps()).toContainText("0 of 4 done");
  await expect(steps().getByRole("tab", { name: "curl" })).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "home-new");
  expect(await call()).toBe(200);
  await expect(steps().getByRole("heading", { name: "The first call is made" })).toBeVisible();
  await expect(steps()).toContainText("1 of 4 done");
  await page.getByRole("link", { name: "Calls of AI: 1" }).click();
  await expect(page).toHaveURL(/\/calls\?period=7d&family=ai$/);
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" })).toHaveCount(1);
  await page.getByRole("link", { name: "Usage", exact: true }).click();
  await expect(page.getByRole("row", { name: /^Only gpt-4o-mini/ })).toContainText("$0.000");
  await page.getByRole("link", { name: "Home", exact: true }).click();
  await steps().getByRole("link", { name: "Budgets" }).click();
  await expect(page.getByRole("heading", { name: "Budgets", level: 1 })).toBeVisible();
});

test("an administrator sets a small budget, reading what it means while writing it", async () => {
  await picture(page, "budgets-imposed");
  await page.getByRole("button", { name: "Set a budget" }).click();
  const dialog = page.getByRole("dialog", { name: "Set a budget" });
  await dialog.getByLabel("USD").fill("little");
  await dialog.getByRole("button", { name: "Set it" }).click();
  await expect(dialog.getByText("Please enter an amount of USD")).toBeVisible();
  await dialog.getByLabel("USD").fill("0.001");
  await dialog.getByLabel("Alerts at percent of it").fill("10, 50");
  const meaning = dialog.getByRole("region", { name: "What it means" });
  await expect(meaning).toContainText("Refuses all calls of the organization that do not fit into $0.001 a month.");
  await expect(meaning).toContainText("it lasts.");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "budget-dialog");
  await dialog.getByRole("button", { name: "Set it" }).click();
  await expect(row()).toContainText("left");
});

test("calls go on until it is hit; a mail tells so, and leads to the budget", async () => {
  const statuses: number[] = [];
  while (!statuses.includes(402) && statuses.length < mostCalls) statuses.push(await call());
  expect(statuses.at(-1)).toBe(402);
  expect(new Set(statuses.slice(0, -1))).toEqual(new Set([200]));
  mailed = await linkStartingWith(owner.email, `${facts.gatewayUrl}/budgets?budget=`);
  await page.goto(mailed);
  await expect(details()).toContainText("Reached 50 %");
  await expect(details().getByRole("list", { name: "Who is told" })).toContainText("Owners and administrators");
  // In one delivery where both were passed by the time it was made, in two where not.
  const deliveries = details().getByRole("list", { name: "Deliveries" });
  await expect(deliveries).toContainText("10 %");
  await expect(deliveries).toContainText("50 %");
  await expect(details().getByRole("list", { name: "History" })).toContainText("Limit: $0.001");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "budget-details");
});

test("the limit is raised, calls go on, and the history says who did it", async () => {
  await details().getByRole("button", { name: "Change it" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the budget of The organization" });
  await dialog.getByLabel("USD").fill("5");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(details().getByRole("list", { name: "History" })).toContainText("Limit: $0.001 → $5.00");
  expect(await call()).toBe(200);
  await page.keyboard.press("Escape");
  await expect(details()).toBeHidden();
  await picture(page, "budgets");
});

test("a budget for one app is chosen by name, and a webhook at a private address is refused", async () => {
  await page.getByRole("button", { name: "Set a budget" }).click();
  const dialog = page.getByRole("dialog", { name: "Set a budget" });
  await dialog.getByLabel("Whose calls it counts").selectOption("An app");
  await dialog.getByLabel("App", { exact: true }).fill("roadm");
  await page.getByRole("option", { name: /Roadmapper/ }).click();
  await dialog.getByLabel("USD").fill("20");
  await expect(dialog.getByRole("region", { name: "What it means" })).toContainText(/calls of .*Roadmapper/);
  await dialog.getByRole("button", { name: "Set it" }).click();
  await expect(page.getByRole("list", { name: "Budgets" })).toContainText("Roadmapper");
  await page.getByRole("button", { name: "Add a webhook" }).click();
  const adding = page.getByRole("dialog", { name: "Add a webhook" });
  await adding.getByLabel("Name").fill("Finance");
  await adding.getByLabel("Address").fill("https://10.0.0.1/hooks");
  await adding.getByRole("button", { name: "Add it" }).click();
  await expect(adding.getByText("Please enter a public https address")).toBeVisible();
  await adding.getByLabel("Address").fill("https://example.com/hooks");
  await adding.getByRole("button", { name: "Add it" }).click();
  await expect(page.getByLabel("signing secret", { exact: true })).toContainText("whsec_");
  expect(await problemsOf(page)).toEqual([]);
  await page.getByLabel("I have put it in a safe place").check();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("list", { name: "Webhooks" })).toContainText("Finance");
  await picture(page, "budgets-all");
});

test("a limit is set for each person, and one sees what one has spent oneself", async () => {
  await page.getByRole("navigation", { name: "Budgets" }).getByRole("link", { name: "Limits" }).click();
  await expect(page.getByText("There is no limit")).toBeVisible();
  await page.getByRole("button", { name: "Set a limit" }).click();
  const dialog = page.getByRole("dialog", { name: "Set a limit" });
  await dialog.getByLabel("Whom it is for").selectOption("Each person without a limit of their own");
  await dialog.getByLabel("Requests a minute").fill("1,000");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "limit-dialog");
  await dialog.getByRole("button", { name: "Set it" }).click();
  await expect(page.getByRole("list", { name: "Rate limits" })).toContainText("1,000 requests a minute");
  await picture(page, "limits");
  await page.getByRole("link", { name: "Home", exact: true }).click();
  await expect(steps().getByRole("heading", { name: "A budget is set" })).toBeVisible();
  await steps().getByRole("button", { name: /^Hide/ }).click();
  await expect(steps()).toBeHidden();
  await page.reload();
  await expect(page.getByRole("link", { name: /^Calls of AI: / })).toBeVisible();
  await expect(steps()).toBeHidden();
  await page.getByRole("button", { name: "Help" }).click();
  await page.getByRole("menuitem", { name: "First steps" }).click();
  await expect(steps()).toContainText("2 of 4 done");
  await page.getByRole("link", { name: "Me", exact: true }).click();
  await expect(page.getByRole("list", { name: "My budgets" })).toContainText("left");
  await expect(page.getByRole("list", { name: "This month by model" })).toContainText("gpt-4o-mini");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "me");
});

test("the refusal's link asks for more; an administrator grants it until a date, and the budget's own limit stays", async () => {
  await page.goto(asking);
  const dialog = page.getByRole("dialog", { name: "Ask for more" });
  await expect(dialog).toContainText("The limit of the organization's budget is $5.00 a month now.");
  await dialog.getByLabel("What it is for").fill("A campaign in December");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "ask-for-more");
  await dialog.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(page.getByRole("list", { name: "What I asked for" })).toContainText("to be decided");
  await page.goto(await linkStartingWith(owner.email, `${facts.gatewayUrl}/budgets`, mailed));
  await expect(page.getByRole("list", { name: "Asked for more" })).toContainText("A campaign in December");
  await picture(page, "asked-for-more");
  await page.getByRole("button", { name: /^Grant the request/ }).click();
  await picture(page, "grant-more");
  await page.getByRole("button", { name: "Grant it" }).click();
  await expect(page.getByRole("list", { name: "Asked for more" })).toBeHidden();
  await expect(page.getByRole("list", { name: "Budgets" })).toContainText(
    /\$10\.00 a month.*raised until.*then \$5\.00/,
  );
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "budgets-raised");
});

test("a model of one's own servers is priced, after reading what that changes; the book says who did it", async () => {
  await page.getByRole("link", { name: "Prices", exact: true }).click();
  await expect(page.getByRole("list", { name: "Models and prices" })).toContainText("anthropic/");
  await picture(page, "prices");
  await page.getByLabel("Search", { exact: true }).fill("gpt-4o-mini");
  await page.getByRole("button", { name: "openai/gpt-4o-mini", exact: true }).click();
  const ofList = page.getByRole("dialog", { name: "openai/gpt-4o-mini" });
  await expect(ofList.getByRole("table", { name: "Prices in force" })).toContainText("genai-prices");
  expect(await problemsOf(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByLabel("Search", { exact: true }).fill("vllm/llama-own");
  await page.getByRole("button", { name: "Look at vllm/llama-own" }).click();
  const details = page.getByRole("dialog", { name: "vllm/llama-own", exact: true });
  await details.getByRole("button", { name: "Set prices" }).click();
  const dialog = page.getByRole("dialog", { name: "Set prices of vllm/llama-own" });
  await dialog.getByLabel("input", { exact: true }).fill("0.20");
  await dialog.getByLabel("output", { exact: true }).fill("0.60");
  await dialog.getByLabel("Hold from (optional)").fill("2030-01-01");
  await dialog.getByRole("button", { name: "See what changes" }).click();
  await expect(dialog.getByRole("region", { name: "What changes" })).toContainText("From 1 Jan 2030");
  await dialog.getByLabel("Hold from (optional)").fill("");
  await dialog.getByRole("button", { name: "See what changes" }).click();
  await expect(dialog.getByRole("region", { name: "What changes" })).toContainText("input: none → $0.20 a million");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "price-preview");
  await dialog.getByRole("button", { name: "Set them" }).click();
  await expect(details.getByRole("table", { name: "Prices in force" })).toContainText("$0.20 a million");
  await picture(page, "model-prices");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("list", { name: "Versions of the book" })).toContainText(/vllm\/llama-own.*in force/);
  expect(await problemsOf(page)).toEqual([]);
});
