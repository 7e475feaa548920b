import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { operate } from "./operate.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = Date.now().toString(36);
const owner = { email: `customers-${run}@example.com`, password: "a very plain test sentence" };

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let organizationId = "";

const details = () => page.getByRole("dialog", { name: "ann" });

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(() => context.close());

test("an organization without customers reads how apps create them; a plan is made, and what is wrong is told", async () => {
  const me = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  await registerCompany(page, facts, { name: `Customers ${run}`, owner }, "/");
  organizationId = /org_\w+/.exec((await me).url())?.[0] ?? "";
  await operate("organizations", "admit", organizationId);
  await page.getByRole("link", { name: "Customers", exact: true }).click();
  await expect(page.getByText("There are no customers yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "customers-none");
  await page.getByRole("link", { name: "Plans" }).click();
  await page.getByRole("button", { name: "Add a plan" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a plan" });
  await dialog.getByLabel("App", { exact: true }).selectOption({ label: "Topolo Nexus" });
  await dialog.getByLabel("Name").fill("pro");
  await dialog.getByLabel("Rules").fill("ai openai/* much");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByText("in line 1")).toBeVisible();
  await dialog.getByLabel("Rules").fill("ai openai/* 35\nemail 0");
  await dialog.getByLabel("USD a month for nothing").fill("1.00");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "plan-dialog");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("list", { name: "Plans" })).toContainText("pro of Topolo Nexus");
  await picture(page, "plans");
});

test("a customer is made, and its wallet adjusted", async () => {
  await page.getByRole("navigation", { name: "Customers" }).getByRole("link", { name: "Customers" }).click();
  await page.getByRole("button", { name: "Add a customer" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a customer" });
  await dialog.getByLabel("App", { exact: true }).selectOption({ label: "Topolo Nexus" });
  await dialog.getByLabel("The app's id of it").fill("ann");
  await dialog.getByLabel("Plan").selectOption("pro");
  expect(await problemsOf(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "ann" }).click();
  await details().getByRole("button", { name: "Adjust" }).click();
  const adjust = page.getByRole("dialog", { name: "Adjust the wallet" });
  await adjust.getByLabel("USD").fill("12.50");
  await adjust.getByLabel("Reason").fill("A welcome");
  await adjust.getByRole("button", { name: "Book it" }).click();
  await expect(details().getByRole("list", { name: "Entries" })).toContainText("A welcome");
  const statement = details().getByRole("table", { name: /^Statement of the month/ });
  await expect(statement.getByRole("row", { name: /^Adjustment/ })).toContainText("$12.50");
  await expect(statement.getByRole("row", { name: /^At the end/ })).toContainText(/\$1[23]\.50/);
  await expect(page.getByText(/srv_nexus/)).toHaveCount(0);
  await expect(details().getByRole("button", { name: "Copy the id of the app" })).toBeVisible();
  await picture(page, "customer-details");
});
