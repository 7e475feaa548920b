import { createNexusClient, type NexusClient } from "@topolo/nexus-client";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";
import { operate } from "./operate.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = Date.now().toString(36);
const owner = { email: `mail-${run}@example.com`, password: "a very plain test sentence" };
const html = `<h1 style="color:#0f766e">Milestone reached</h1><script>document.title = "it ran"</script><img src="https://example.net/pixel.png">`;

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let nexus: NexusClient;
let organizationId = "";
const violations: string[] = [];

const row = (subject: string) => page.getByRole("row").filter({ hasText: subject });
const details = () => page.getByRole("dialog", { name: "Mail" });

const signedIn = async (): Promise<string> => {
  const answer = await fetch(`${facts.authUrl}/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Service-ID": "srv_nexus", Origin: facts.gatewayUrl },
    body: JSON.stringify(owner),
  });
  const { accessToken }: { accessToken: string } = await answer.json();
  return accessToken;
};

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) violations.push(message.text());
  });
});
test.afterAll(() => context.close());

test("an organization without mail reads how to send it, and to whom nothing is sent", async () => {
  const me = page.waitForResponse((response) => response.url().includes("/api/organizations/org_"));
  await registerCompany(page, facts, { name: `Mail ${run}`, owner }, "/");
  organizationId = /org_\w+/.exec((await me).url())?.[0] ?? "";
  await expect(page.getByText("Make the first call")).toBeVisible();
  await page.getByRole("link", { name: "E-mail", exact: true }).click();
  await expect(page.getByText("No mail was sent yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await page.getByRole("link", { name: "Suppressions" }).click();
  await expect(page.getByText("None. Addresses to which mail comes back")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
});

test("an address is suppressed by hand; what is wrong with it is told at its field", async () => {
  await page.getByRole("button", { name: "Suppress an address" }).click();
  const dialog = page.getByRole("dialog", { name: "Suppress an address" });
  await expect(dialog.getByLabel("Address", { exact: true })).toBeFocused();
  await page.keyboard.type("bob at example.org");
  await page.keyboard.press("Enter");
  await expect(dialog.getByLabel("Address", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Address", { exact: true }).fill("bob@example.org");
  await dialog.getByLabel("Note (optional)").fill("Asked us by telephone");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "suppressions-add");
  await dialog.getByRole("button", { name: "Suppress it" }).click();
  await expect(page.getByRole("list", { name: "Suppressed addresses" })).toContainText("bob@example.org");
  await picture(page, "suppressions");
});

test("a mail is found with its state for each recipient, what it said and what was told of it", async () => {
  nexus = createNexusClient({ baseUrl: facts.gatewayUrl, credential: { bearer: await signedIn() } });
  await operate("organizations", "admit", organizationId);
  await operate("email-senders", "add", "example.com", "--org", organizationId);
  const subject = `A milestone was reached ${run}`;
  const sent = await nexus.email.send.mutate({
    from: { address: "roadmapper@example.com", name: "Roadmapper" },
    to: ["ann@example.org", "bob@example.org"],
    subject,
    provider: "resend",
    text: "See it in Roadmapper.",
    html,
    attachments: [
      { filename: "plan.txt", content: Buffer.from("the plan").toString("base64"), contentType: "text/plain" },
    ],
  });
  if (sent.status !== "sent") throw new Error("it was not sent");
  await nexus.email.reportEvent.mutate({
    provider: "resend",
    eventId: `ev_${run}`,
    emailId: sent.emailId,
    type: "delivered",
    recipient: "ann@example.org",
    occurredAt: new Date().toISOString(),
  });

  await page.getByRole("link", { name: "Messages" }).click();
  await expect(row(subject)).toContainText("delivered");
  await expect(row(subject)).toContainText("suppressed");
  await expect(row(subject)).toContainText("resend");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "mails");

  await row(subject).getByRole("button").focus();
  await page.keyboard.press("Enter");
  const recipients = details().getByRole("list", { name: "Recipients" });
  await expect(recipients.getByRole("listitem").filter({ hasText: "ann@example.org" })).toContainText("delivered");
  await expect(recipients.getByRole("listitem").filter({ hasText: "bob@example.org" })).toContainText("suppressed");
  await expect(details().getByRole("list", { name: "Events" })).toContainText("delivered");
  await expect(details().getByRole("list", { name: "Files" })).toContainText("plan.txt");
  const shown = details().frameLocator("iframe").getByRole("heading", { name: "Milestone reached" });
  await expect(shown).toHaveCSS("color", "rgb(15, 118, 110)");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "mail-details");
  await details().getByRole("button", { name: "Text" }).click();
  await expect(details().getByText("See it in Roadmapper.")).toBeVisible();
});

test("the page of a mail runs nothing and loads nothing, also outside of its frame, and is nobody else's", async () => {
  const source = (await details().getByRole("button", { name: "Page" }).click(), details().locator("iframe"));
  const address = new URL((await source.getAttribute("src")) ?? "", facts.gatewayUrl).href;
  const alone = await context.newPage();
  const refused: string[] = [];
  alone.on("requestfailed", (request) => refused.push(`${request.url()} ${request.failure()?.errorText}`));
  await alone.goto(address);
  await expect(alone.getByRole("heading", { name: "Milestone reached" })).toBeVisible();
  expect(await alone.title()).not.toBe("it ran");
  expect(refused).toEqual(["https://example.net/pixel.png csp"]);
  await alone.close();
  const stranger = await fetch(address);
  expect(stranger.status).toBe(401);
  expect(await stranger.text()).not.toContain("Milestone");
});

test("the mail leads to its call, and an address can be sent to again", async () => {
  await details().getByRole("link", { name: "Open the call" }).click();
  await expect(page.getByRole("dialog", { name: "Call" })).toContainText("email.send");
  await page.goto(`${facts.gatewayUrl}/email/suppressions`);
  await page.getByRole("button", { name: "Send again to bob@example.org" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText("None. Addresses to which mail comes back")).toBeVisible();
});

test("a mail that waits for its time is canceled", async () => {
  const subject = `A reminder ${run}`;
  await nexus.email.send.mutate({
    from: "roadmapper@example.com",
    to: ["ann@example.org"],
    subject,
    text: "Later.",
    sendAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await page.goto(`${facts.gatewayUrl}/email?state=scheduled`);
  await row(subject).getByRole("button").click();
  await details().getByRole("button", { name: "Cancel it" }).click();
  const asked = page.getByRole("dialog", { name: "Cancel this mail?" });
  expect(await problemsOf(page)).toEqual([]);
  await asked.getByRole("button", { name: "Cancel the mail" }).click();
  await expect(details().getByRole("list", { name: "Recipients" })).toContainText("canceled");
});

test("a template is written, tried with variables, stored, sent by its name and removed", async () => {
  await page.goto(`${facts.gatewayUrl}/email/templates`);
  await expect(page.getByText("None. With a template,")).toBeVisible();
  await page.getByRole("button", { name: "Write a template" }).click();
  const form = page.getByRole("form", { name: "Template" });
  await form.getByLabel("Name").fill("milestone-reached");
  await form.getByLabel("Subject").fill("Milestone {{ name }}");
  await form.getByLabel("HTML").fill('<h1 style="color:#0f766e">{{ name }} is reached</h1>');
  const tried = page.getByRole("region", { name: "Preview" });
  await tried.getByRole("button", { name: "Show the mail" }).click();
  await expect(
    tried.getByText("variables.name: please enter a value, which the template's subject uses."),
  ).toBeVisible();
  await tried.getByLabel("Variables").fill('{ "name": "<b>Beta</b>" }');
  await tried.getByRole("button", { name: "Show the mail" }).click();
  await expect(tried.getByText("Milestone <b>Beta</b>")).toBeVisible();
  const heading = tried.frameLocator("iframe").getByRole("heading", { name: "<b>Beta</b> is reached" });
  await expect(heading).toHaveCSS("color", "rgb(15, 118, 110)");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "template-editor");
  await form.getByRole("button", { name: "Store it" }).click();
  const stored = page.getByRole("list", { name: "Stored templates" });
  await expect(stored).toContainText("version 1");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "templates");
  const template = { name: "milestone-reached", variables: { name: "Gamma" } };
  const sent = await nexus.email.send.mutate({ from: "roadmapper@example.com", to: ["ann@example.org"], template });
  expect(sent.status).toBe("sent");
  await page.getByRole("button", { name: "Remove milestone-reached" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
  await expect(page.getByText("None. With a template,")).toBeVisible();
});

test("no page violated the content security policy beside the mail's own", () => {
  expect(violations.filter((text) => !text.includes("example.net") && !/sandboxed|script/i.test(text))).toEqual([]);
});
