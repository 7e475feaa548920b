import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, test } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun } from "./first-run.ts";
import { picture } from "./picture.ts";

/** Next and React weigh 129 kB; a page of the documentation has this much script in all, compressed. */
const mostScriptBytes = 200_000;
/** A page of the API reference has this much HTML, before compression. */
const mostReferenceCharacters = 150_000;

test("a stranger reads the documentation: searches, changes language and look, copies, and nothing breaks the policy", async ({
  page,
  context,
  browser,
}) => {
  // About a hundred pages are asked for.
  test.setTimeout(180_000);
  const { apiKey, gatewayUrl } = readFirstRun();
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: gatewayUrl });
  const broken: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") broken.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(gatewayUrl)) broken.push(`asks elsewhere: ${request.url()}`);
  });
  let scriptBytes = 0;
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  const scripts = new Set<string>();
  network.on("Network.responseReceived", ({ requestId, type }) => type === "Script" && scripts.add(requestId));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
  });

  await test.step("the start weighs little and leads on", async () => {
    await page.goto(`${gatewayUrl}/docs`, { waitUntil: "networkidle" });
    await expect(page.getByRole("heading", { level: 1, name: "Topolo Nexus" })).toBeVisible();
    expect(scriptBytes).toBeLessThan(mostScriptBytes);
    await picture(page, "docs-start");
    await page.getByRole("article").getByRole("link", { name: "Quick start" }).click();
    await expect(page).toHaveURL(/\/docs\/quick-start$/);
  });

  await test.step("one choice of language counts for every example", async () => {
    await page.getByRole("tab", { name: "TypeScript" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("tab", { name: "Python" })).toHaveAttribute("aria-selected", "true");
    await expect(page.getByText("client.chat.completions.create")).toBeVisible();
    await page.getByRole("tabpanel").getByRole("button", { name: "Copy the code" }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("from openai import OpenAI");
    expect(await problemsOf(page)).toEqual([]);
  });

  await test.step("the search is found by a key, and its places by the arrows", async () => {
    await page.keyboard.press("/");
    await page.getByRole("searchbox", { name: "Search the documentation" }).fill("BUDGET_EXCEEDED");
    // The first search of a product reads every page, which takes a busy machine long.
    await expect(page.getByRole("dialog").getByRole("link").first()).toBeVisible({ timeout: 60_000 });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(page).toHaveURL(/\/docs\/.+/);
  });

  await test.step("every error has its place, and a page is copied as Markdown", async () => {
    await page.goto(`${gatewayUrl}/docs/errors#budget-exceeded`);
    await expect(page.locator("#budget-exceeded")).toBeInViewport();
    await page.getByRole("button", { name: "Copy as Markdown" }).click();
    await expect(page.getByText("Copied")).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("# Errors");
    await page.getByRole("button", { name: "Light or dark" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await page.getByRole("button", { name: "Light or dark" }).click();
  });

  await test.step("diagrams and the API reference are as clean", async () => {
    await page.goto(`${gatewayUrl}/docs/concepts/path-of-a-call`);
    await expect(page.getByRole("img", { name: /path of a call/ })).toBeVisible();
    expect(await problemsOf(page)).toEqual([]);
    await picture(page, "docs-path");
    await page.goto(`${gatewayUrl}/docs/reference/api/ai`);
    await expect(page.getByText("POST /api/ai/generate-text")).toBeVisible();
    await picture(page, "docs-reference");
    // The longest of those that have pages of their own.
    await page.goto(`${gatewayUrl}/docs/reference/api/usage`);
    await page
      .getByRole("article")
      .getByRole("link", { name: /^Group and filter usage/ })
      .click();
    await expect(page).toHaveURL(/\/docs\/reference\/api\/usage\/explore-usage$/);
    await expect(page.getByText("exploreUsage", { exact: true })).toBeVisible();
    expect((await (await page.request.get(page.url())).text()).length).toBeLessThan(mostReferenceCharacters);
    await picture(page, "docs-operation");
  });

  await test.step("without scripts the search is a page", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const plainPage = await plain.newPage();
    await plainPage.goto(`${gatewayUrl}/docs/quick-start`);
    await plainPage.getByRole("link", { name: "Search" }).click();
    await plainPage.getByRole("searchbox", { name: "Search the documentation" }).fill("BUDGET_EXCEEDED");
    await plainPage.getByRole("button", { name: "Search" }).click();
    await expect(plainPage.getByText("places say “BUDGET_EXCEEDED”")).toBeVisible();
    await picture(plainPage, "docs-find");
    await plainPage.getByRole("main").getByRole("link").first().click();
    await expect(plainPage).toHaveURL(/\/docs\/(?!find)/);
    await plain.close();
    await page.goto(`${gatewayUrl}/docs/find?query=budget`);
    expect(await problemsOf(page)).toEqual([]);
  });

  await test.step("an assistant with a key finds and reads the same pages", async () => {
    const assistant = new Client({ name: "journey", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
    await assistant.connect(
      new StreamableHTTPClientTransport(new URL(`${gatewayUrl}/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${apiKey}` } },
      }),
    );
    const found = await assistant.callTool({ name: "search_docs", arguments: { query: "BUDGET_EXCEEDED" } });
    expect(JSON.stringify(found.structuredContent)).toContain("/docs/errors");
    const read = await assistant.callTool({
      name: "read_docs_page",
      arguments: { address: "/docs/errors#budget-exceeded" },
    });
    expect(read.structuredContent).toMatchObject({ markdown: expect.stringMatching(/^.{0,40}BUDGET_EXCEEDED/) });
    const none = await assistant.callTool({ name: "read_docs_page", arguments: { address: "/docs/no-such-page" } });
    expect(JSON.stringify(none.content)).toContain("NOT_FOUND");
  });

  await test.step("every page of the list is there, without a style of its own", async () => {
    const list = await (await page.request.get(`${gatewayUrl}/llms.txt`)).text();
    const addresses = [...list.matchAll(/\(https?:\/\/[^/)]+(\/docs[^)]*)\.md\)/g)].map(([, address = ""]) =>
      address.replace(/\/index$/, ""),
    );
    expect(addresses.length).toBeGreaterThan(80);
    for (const address of addresses) {
      const answer = await page.request.get(`${gatewayUrl}${address}`);
      expect(answer.status(), address).toBe(200);
      const html = await answer.text();
      expect(html, address).not.toMatch(/<[a-z][^>]* style=/);
      if (address.startsWith("/docs/reference/a")) expect(html.length, address).toBeLessThan(mostReferenceCharacters);
    }
    const markdown = await page.request.get(`${gatewayUrl}/docs/operations.md`);
    expect(markdown.headers()["content-type"]).toContain("text/markdown");
    expect((await page.request.get(`${gatewayUrl}/docs/no-such-page`)).status()).toBe(404);
  });

  expect(broken).toEqual([]);
});
