import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { startDocumentServer, type DocumentServer } from "../test/document-server.ts";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { picture } from "./picture.ts";
import { productUnderTest } from "./product-under-test.ts";
import { registerCompany } from "./register-company.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = Date.now().toString(36);
const owner = { email: `apps-${run}@example.com`, password: "a very plain test sentence" };

let facts: FirstRunFacts;
let site: DocumentServer;
let context: BrowserContext;
let page: Page;

/** An app in one page, of nothing but what browsers can do: it reads the metadata, leaves to sign in and uses its code. */
const appPage = (authUrl: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Garden Planner</title>
<h1>Garden Planner</h1>
<button id="in">Sign in</button> <button id="ask">Who am I?</button>
<output id="said"></output>
<script type="module">
  const clientId = location.origin + "/client.json";
  const redirectUri = location.origin + "/callback";
  const say = (text) => { document.querySelector("#said").textContent = text; };
  const metadata = () => fetch(${JSON.stringify(authUrl)} + "/.well-known/openid-configuration").then((r) => r.json());
  const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  document.querySelector("#in").onclick = async () => {
    try {
      const verifier = text(crypto.getRandomValues(new Uint8Array(32)));
      sessionStorage.setItem("verifier", verifier);
      const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
      const { authorization_endpoint } = await metadata();
      location.assign(authorization_endpoint + "?" + new URLSearchParams({
        client_id: clientId, redirect_uri: redirectUri, response_type: "code", scope: "openid email srv_nexus.usage:read",
        code_challenge: text(new Uint8Array(hash)), code_challenge_method: "S256", state: "one",
      }));
    } catch (error) { say("refused: " + error.message); }
  };
  document.querySelector("#ask").onclick = async () => {
    try {
      const { userinfo_endpoint } = await metadata();
      const answer = await fetch(userinfo_endpoint, { headers: { authorization: "Bearer " + sessionStorage.getItem("token") } });
      say(answer.status + " " + (await answer.json()).email);
    } catch (error) { say("refused: " + error.message); }
  };
  const code = new URL(location.href).searchParams.get("code");
  if (code) {
    const { token_endpoint } = await metadata();
    const answer = await fetch(token_endpoint, { method: "POST", body: new URLSearchParams({
      grant_type: "authorization_code", client_id: clientId, redirect_uri: redirectUri, code, code_verifier: sessionStorage.getItem("verifier"),
    }) });
    const { access_token, scope } = await answer.json();
    sessionStorage.setItem("token", access_token);
    say("signed in for " + scope);
  }
</script></html>`;

const card = () => page.getByRole("region", { name: "Apps without a registration", exact: true });
const save = () => card().getByRole("button", { name: "Save the apps" }).click();

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  site = await startDocumentServer(productUnderTest().documentPort);
  site.describe("/client.json");
  const app = appPage(facts.authUrl);
  const serve: Parameters<DocumentServer["answer"]>[1] = (_, response) =>
    response.setHeader("content-type", "text/html").end(app);
  for (const path of ["/", "/callback"]) site.answer(path, serve);
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(async () => {
  await context.close();
  site.close();
});

test("no app is let in until the owner says so, and its page reads nothing", async () => {
  await registerCompany(page, facts, { name: `Garden ${run}`, owner }, "/members/sign-in");
  await expect(card().getByLabel("Apps that may act for your people")).toHaveValue("refused");
  const app = await context.newPage();
  await app.goto(site.origin);
  await app.getByRole("button", { name: "Sign in" }).click();
  await expect(app.getByText(/^refused: /)).toBeVisible();
  await app.close();
});

test("the owner lets hosts in, with the keyboard, and is told which one is none", async () => {
  await card().getByLabel("Apps that may act for your people").focus();
  await page.keyboard.type("those");
  await card().getByLabel("Hosts").fill(`${site.host}\nhttps://app.example.com`);
  await card().getByRole("button", { name: "Save the apps" }).focus();
  await page.keyboard.press("Enter");
  await expect(card().getByText("instead of “https://app.example.com”")).toBeVisible();
  await expect(card().getByLabel("Hosts")).toHaveAttribute("aria-invalid", "true");
  await picture(page, "apps-refused-host");
  await card().getByLabel("Hosts").fill(`${site.host} app.example.com`);
  await save();
  await expect(card().getByText("Saved.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "apps-listed");
  await page.reload();
  await expect(card().getByLabel("Hosts")).toHaveValue(`${site.host}\napp.example.com`);
  await card().getByLabel("Apps that may act for your people").selectOption("allowed");
  await expect(card().getByText("each person decides alone")).toBeVisible();
  await expect(card().getByLabel("Hosts")).toHaveCount(0);
  await picture(page, "apps-allowed");
});

test("a person sees the app's host before what it calls itself; its page signs in and asks who they are", async () => {
  const app = await context.newPage();
  await app.goto(site.origin);
  await app.getByRole("button", { name: "Sign in" }).click();
  await expect(app.getByRole("heading", { name: `Allow ${site.host}?` })).toBeVisible();
  await expect(app.getByText("Nobody has registered this app here.")).toContainText(site.host);
  await expect(app.getByText("it calls itself “Garden Planner”, which anybody can")).toBeVisible();
  await expect(app.getByText(`The answer goes to ${site.host}`)).toBeVisible();
  expect(await problemsOf(app)).toEqual([]);
  await picture(app, "consent-document");
  await app.getByRole("button", { name: "Allow" }).click();
  await expect(app.getByText("signed in for openid email srv_nexus.usage:read")).toBeVisible();
  await app.getByRole("button", { name: "Who am I?" }).click();
  await expect(app.getByText(`200 ${owner.email}`)).toBeVisible();
  await app.close();
});

test("letting none in any more ends what the app holds", async () => {
  const app = await context.newPage();
  await app.goto(site.origin);
  await app.getByRole("button", { name: "Sign in" }).click();
  await app.getByRole("button", { name: "Allow" }).click();
  await expect(app.getByText(/^signed in for/)).toBeVisible();
  await card().getByLabel("Apps that may act for your people").selectOption("refused");
  await save();
  await expect(card().getByText("Saved.")).toBeVisible();
  await app.getByRole("button", { name: "Who am I?" }).click();
  await expect(app.getByText(/^refused: /)).toBeVisible();
  await app.close();
});
