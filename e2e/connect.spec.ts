import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { problemsOf } from "./accessibility.ts";
import { readFirstRun, type FirstRunFacts } from "./first-run.ts";
import { picture } from "./picture.ts";
import { registerCompany } from "./register-company.ts";
import { pngOf, stillVideoOf, waveOf } from "../test/media-files.ts";

test.describe.configure({ mode: "serial", timeout: 180_000 });

const run = promisify(execFile);
const name = Date.now().toString(36);
const owner = { email: `connect-${name}@example.com`, password: "a very plain test sentence" };

let facts: FirstRunFacts;
let context: BrowserContext;
let page: Page;
let apiKey = "";

test.beforeAll(async ({ browser }) => {
  facts = readFirstRun();
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(() => context.close());

test("whoever has nothing yet reads how to connect, also where the models are not known", async () => {
  await page.route("**/api/trpc/**ai.models**", (route) => route.abort());
  await registerCompany(page, facts, { name: `Connect ${name}`, owner }, "/connect?way=claude-code");
  await expect(page.getByText("The models could not be loaded")).toBeVisible();
  await expect(page.getByText(`export ANTHROPIC_BASE_URL=${facts.gatewayUrl}`)).toBeVisible();
  await page.unroute("**/api/trpc/**ai.models**");
});

test("a key that is made on the page stands in the examples, and one of them calls", async () => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: facts.gatewayUrl });
  await page.goto(`${facts.gatewayUrl}/connect`);
  await expect(page.getByRole("button", { name: "Model: openai/gpt-4o-mini" })).toBeVisible();
  await expect(page.getByText("export NEXUS_API_KEY=tpk_…")).toBeVisible();
  await page.getByRole("button", { name: "Make a key" }).click();
  const making = page.getByRole("dialog", { name: "Make an API key" });
  await making.getByLabel("Name", { exact: true }).fill("First program");
  await making.getByLabel("Call AI models").check();
  await making.getByRole("button", { name: "Make the key" }).click();
  await expect(making).toBeHidden();
  await expect(page.getByText("export NEXUS_API_KEY=tpk_…")).toBeHidden();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "connect-curl");

  await page.getByRole("button", { name: "Copy Shell" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/Bearer tpk_live_\w+"/);
  apiKey = /tpk_live_\w+/.exec(copied)?.[0] ?? "";
  await expect
    .poll(async () => (await run("sh", ["-c", copied.replace("curl ", "curl -s ")])).stdout)
    .toContain('"chat.completion"');

  await page.getByRole("navigation", { name: "Ways to connect" }).getByRole("button", { name: "opencode" }).click();
  await expect(page).toHaveURL(/way=opencode/);
  await page.getByRole("button", { name: "Model: openai/gpt-4o-mini" }).click();
  await page.getByRole("combobox", { name: "Search for a model" }).fill("haiku-4-5");
  await page.getByRole("option", { name: /^anthropic\/claude-haiku-4-5 / }).click();
  await expect(page.getByText('"model": "nexus/anthropic/claude-haiku-4-5"')).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "connect-opencode");

  await page.getByRole("link", { name: "Calls", exact: true }).click();
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" }).first()).toBeVisible();
});

test("the key says what it may do and what it spent; it is replaced, and both work until the old one ends", async () => {
  await page.getByRole("link", { name: "Keys", exact: true }).click();
  const rows = page.getByRole("list", { name: "API keys" }).getByRole("listitem").filter({ hasText: "First program" });
  await expect(rows).toContainText("Call AI models");
  await expect(rows.getByRole("link", { name: /^\$0\.0000/ })).toHaveAttribute(
    "href",
    /^\/usage\?period=month&key=key_/,
  );
  await page.getByRole("button", { name: "Replace First program" }).click();
  const replacing = page.getByRole("dialog", { name: "Replace First program?" });
  await replacing.getByLabel("The old key").selectOption("works for another hour");
  await replacing.getByRole("button", { name: "Replace", exact: true }).click();
  const made = page.getByRole("dialog", { name: "Your new API key" });
  const key = (await made.getByLabel("API key", { exact: true }).innerText()).trim();
  await made.getByRole("tab", { name: "Python" }).click();
  await expect(made.getByRole("tabpanel")).toContainText(`api_key="${key}"`);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "keys-made");
  await made.getByRole("checkbox").check();
  await made.getByRole("button", { name: "Done" }).click();
  await expect(rows.filter({ hasText: "being replaced" })).toHaveCount(1);
  await expect(page.getByRole("button", { name: "Replace First program" })).toHaveCount(1);
  expect(await page.content()).not.toContain(key);
  await picture(page, "keys-list");
});

test("a file that a program uploads is listed by its name, and deleted", async () => {
  await page.getByRole("link", { name: "Files", exact: true }).click();
  await expect(page.getByText("None yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "files-none");
  const form = new FormData();
  form.append("purpose", "user_data");
  form.append("file", new Blob(["The harvest was good."], { type: "text/plain" }), "harvest of 2026.txt");
  const headers = { authorization: `Bearer ${apiKey}` };
  const uploaded = await fetch(`${facts.gatewayUrl}/v1/files`, { method: "POST", headers, body: form });
  expect(uploaded.status).toBe(200);
  const { id }: { id: string } = await uploaded.json();
  await page.reload();
  const files = page.getByRole("list", { name: "Files" });
  await expect(files).toContainText("harvest of 2026.txt");
  await expect(files).toContainText("21 bytes of text/plain, kept by openai for user_data");
  await page.getByRole("button", { name: "Copy the id of harvest of 2026.txt" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(id);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "files");
  await page.getByRole("button", { name: "Delete harvest of 2026.txt" }).click();
  const asked = page.getByRole("dialog", { name: "Delete harvest of 2026.txt?" });
  expect(await problemsOf(page)).toEqual([]);
  await asked.getByRole("button", { name: "Delete it" }).click();
  await expect(page.getByText("None yet.")).toBeVisible();
});

test("batches that a program begins are listed with their progress and money, cancelled, and their answers saved", async () => {
  await page.getByRole("link", { name: "Batches", exact: true }).click();
  await expect(page.getByText("None yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "batches-none");
  const begin = async (endpoint: string, model: string, names: readonly string[], more = {}): Promise<void> => {
    const requests = names.map((customId) => ({
      customId,
      body: { model, max_tokens: 20, messages: [{ role: "user", content: `Greet the ${customId} farm.` }] },
    }));
    const begun = await fetch(`${facts.gatewayUrl}/api/ai/batches`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ endpoint, requests, ...more }),
    });
    expect(begun.status).toBe(200);
  };
  await begin("/v1/messages", "claude-haiku-4-5", ["north", "south", "east"]);
  await page.reload();
  const batches = page.getByRole("list", { name: "Batches" });
  const done = batches.getByRole("listitem").filter({ hasText: "3 requests to claude-haiku-4-5" });
  await expect(done).toContainText("3 of 3 answered");
  await expect(done).toContainText(/\$0\.\d+ charged, of \$0\.\d+ that were held/);
  await begin("/v1/chat/completions", "gpt-4o-mini", ["west", "hill"], { metadata: { sandbox: "lasts" } });
  await page.reload();
  await page.getByRole("button", { name: "Cancel 2 requests to gpt-4o-mini" }).click();
  const asked = page.getByRole("dialog", { name: "Cancel 2 requests to gpt-4o-mini?" });
  expect(await problemsOf(page)).toEqual([]);
  await asked.getByRole("button", { name: "Cancel the batch" }).click();
  await expect(batches.getByRole("listitem").first()).toContainText("1 of 2 answered, 1 cancelled");
  await expect(asked).toBeHidden();
  await done.getByRole("button", { name: /^Details of/ }).click();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "batches");
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save answers of 3 requests to claude-haiku-4-5" }).click();
  const saved = await (await saving).path();
  expect(
    (await readFile(saved, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).custom_id),
  ).toEqual(expect.arrayContaining(["north", "south", "east"]));
});

test("answers that a program's key has kept are listed for its person, read, cancelled in the background and deleted", async () => {
  await page.getByRole("link", { name: "Answers", exact: true }).click();
  const answers = page.getByRole("list", { name: "Answers" }).getByRole("listitem");
  const ask = async (path: string, body: object): Promise<void> => {
    const asked = await fetch(facts.gatewayUrl + path, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "openai/gpt-4o-mini", ...body }),
    });
    expect(asked.status).toBe(200);
  };
  await expect(page.getByText("None yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "answers-none");
  await ask("/v1/responses", { input: "How was the harvest?" });
  const slow = "How is the harvest? [[sandbox:latency;delayMs=30000]]";
  await ask("/v1beta/interactions", { input: slow, background: true });
  await page.reload();
  await expect(answers.first()).toContainText("in the background");
  await page.getByLabel("Shown").selectOption("under way");
  await expect(answers).toHaveCount(1);
  await page.getByRole("button", { name: "Cancel Interaction of gpt-4o-mini" }).click();
  await page.getByRole("button", { name: "Cancel the answer" }).click();
  await expect(page.getByText("None of these.")).toBeVisible();
  await page.getByLabel("Shown").selectOption("all");
  await page.getByRole("button", { name: "Open Response of gpt-4o-mini" }).click();
  const drawer = page.getByRole("dialog", { name: "Answer", exact: true });
  await expect(drawer).toContainText(/Asked\s*How was the harvest\?\s*Answered\s*\S/);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "answers-open");
  await drawer.getByRole("button", { name: "Delete Response of gpt-4o-mini" }).click();
  await page.getByRole("button", { name: "Delete the answer" }).click();
  await expect(drawer).toBeHidden();
  await expect(answers).toHaveCount(1);
  await expect(answers).toContainText("cancelled");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "answers");
});

test("a video is estimated before it is asked for, watched and saved once it is made, and cancelled where its vendor can", async () => {
  await page.getByRole("link", { name: "Videos", exact: true }).click();
  await expect(page.getByText("None yet.")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "videos-none");
  const begin = page.getByRole("button", { name: "Have a video made" });
  const dialog = page.getByRole("dialog", { name: "Have a video made" });
  const drawer = page.getByRole("dialog", { name: "Video", exact: true });
  await begin.click();
  await dialog.getByLabel("Model", { exact: true }).selectOption("google/veo-3.1-fast-generate-preview");
  await dialog.getByLabel("What is to be seen and heard").fill("A boat at dawn");
  await dialog.getByLabel("Seconds").fill("5");
  await expect(dialog.getByText(/makes no video of that length at that resolution/)).toBeVisible();
  await dialog.getByLabel("Seconds").fill("4");
  await expect(dialog.getByText(/^At most \$0\.40 is set aside/)).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "videos-start");
  await dialog.getByRole("button", { name: "Have it made" }).click();
  await expect(drawer).toContainText(/waiting|being made/);
  await picture(page, "videos-waiting");
  const title = "4 s at 720p by veo-3.1-fast-generate-preview";
  await drawer.getByRole("button", { name: `Watch ${title}` }).click();
  // What the sandbox makes is the frame of a film, with nothing to be seen in it.
  await expect(drawer.getByText("This browser cannot play it.")).toBeVisible();
  await expect(drawer).toContainText("$0.40 charged, of $0.40 that was held");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "videos-made");
  const saving = page.waitForEvent("download");
  await drawer.getByRole("button", { name: `Save ${title}` }).click();
  expect((await readFile(await (await saving).path())).subarray(4, 12).toString("latin1")).toBe("ftypisom");
  await page.keyboard.press("Escape");

  await begin.click();
  await dialog.getByLabel("Model", { exact: true }).selectOption("fal/fal-ai/veo3.1/fast");
  await dialog.getByLabel("What is to be seen and heard").fill("A harbour [[lasts]]");
  await dialog.getByRole("button", { name: "Have it made" }).click();
  await drawer.getByRole("button", { name: /^Cancel 8 s at 720p/ }).click();
  await page.getByRole("button", { name: "Cancel the video" }).click();
  await expect(drawer).toContainText("It was ended before it was made");
  await page.keyboard.press("Escape");
  const videos = page.getByRole("list", { name: "Videos" }).getByRole("listitem");
  await expect(videos.filter({ hasText: "fal-ai/veo3.1/fast" })).toContainText("cancelled");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "videos");
});

test("a person uploads a file on the page, or is told why not", async () => {
  await page.getByRole("link", { name: "Files", exact: true }).click();
  await page.getByRole("button", { name: "Upload a file" }).click();
  const dialog = page.getByRole("dialog", { name: "Upload a file" });
  await dialog.getByLabel("For", { exact: true }).selectOption("A batch of requests");
  const plan = { name: "plan.jsonl", mimeType: "application/jsonl", buffer: Buffer.alloc(0) };
  await dialog.getByLabel("File", { exact: true }).setInputFiles(plan);
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await expect(dialog.getByRole("alert")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "files-upload");
  await dialog.getByLabel("File", { exact: true }).setInputFiles({ ...plan, buffer: Buffer.from('{"a":1}\n') });
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("list", { name: "Files" })).toContainText("plan.jsonl");
  await expect(page.getByRole("list", { name: "Files" })).toContainText("kept by openai for batch");
  await page.getByRole("button", { name: "Upload a file" }).click();
  await dialog.getByLabel("Kept by").selectOption({ label: "Google, for 48 hours: films, too" });
  const film = {
    name: "tour.mp4",
    mimeType: "video/mp4",
    buffer: await stillVideoOf(245),
  };
  await dialog.getByLabel("File", { exact: true }).setInputFiles(film);
  await dialog.getByRole("button", { name: "Upload", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("list", { name: "Files" })).toContainText("of video/mp4, 4:05, kept by google");
  await expect(page.getByText("being looked into")).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "files-film");
});

test("whoever may not call AI reads that on each page, and is offered nothing that would be refused", async () => {
  await page.route("**/api/users/*/permissions?*", async (route) => {
    const answer = await route.fetch();
    const body: { effectivePermissions: readonly string[] } = await answer.json();
    expect(body.effectivePermissions).toContain("srv_nexus.ai:invoke");
    const effectivePermissions = body.effectivePermissions.filter((one) => one !== "srv_nexus.ai:invoke");
    await route.fulfill({ response: answer, json: { ...body, effectivePermissions } });
  });
  for (const [path, list, refused] of [
    ["stored-files", "Files", /^(Upload|Delete|Remove)/],
    ["stored-batches", "Batches", /^(Save|Cancel)/],
    ["kept-answers", "Answers", /^(Cancel|Delete)/],
    ["videos", "Videos", /^(Have|Save|Cancel)/],
  ] as const) {
    await page.goto(`${facts.gatewayUrl}/${path}`);
    await expect(page.getByRole("region", { name: "Not given to you" })).toBeVisible();
    await expect(page.getByRole("list", { name: list }).getByRole("listitem").first()).toBeVisible();
    await expect(page.getByRole("main").getByRole("button", { name: refused })).toHaveCount(0);
    expect(await problemsOf(page)).toEqual([]);
  }
  await picture(page, "videos-look-only");
  await page.unroute("**/api/users/*/permissions?*");
});

test("the playground bounds a call, streams its answer, says what it cost, and the call is found in Calls", async () => {
  await page.getByRole("link", { name: "Playground", exact: true }).click();
  await expect(page.getByText(/^At most \$0\.000\d+ is set aside/)).toBeVisible();
  await page.getByText("Parameters and tools").click();
  await page.getByLabel("Temperature").fill("3");
  await expect(page.getByText("Please enter a number from 0 to 2.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Run", exact: true })).toBeDisabled();
  await page.getByLabel("Temperature").fill("0.5");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const answer = page.getByRole("region", { name: "What the model says" });
  await expect(page.getByText(/^It cost \$0\.0000/)).toBeVisible();
  await expect(answer).not.toBeEmpty();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-text");

  await page.getByRole("tab", { name: "curl" }).click();
  await expect(page.getByRole("tabpanel")).toContainText(`curl ${facts.gatewayUrl}/api/ai/generate-text`);
  await expect(page.getByRole("tabpanel")).toContainText('"temperature":0.5');
  const call = page.getByRole("link", { name: "See the call" });
  const id = new URL((await call.getAttribute("href")) ?? "", facts.gatewayUrl).searchParams.get("call") ?? "";
  await call.click();
  await expect(page.getByRole("dialog", { name: "Call" })).toContainText(id);
  await page.keyboard.press("Escape");
  // The first call of the key that was made here, the batch, the two answers that were kept, and this one.
  await expect(page.getByRole("row").filter({ hasText: "gpt-4o-mini" })).toHaveCount(5);
});

test("the playground searches the web, judges, ranks, makes an object, embeds, and renders a mail that is not sent", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${facts.gatewayUrl}/playground?try=transcribe`);
  await expect(page.getByRole("button", { name: "Transcribe", exact: true }).first()).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${facts.gatewayUrl}/playground`);
  await page.getByLabel("Search the web, once at most").check();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("region", { name: "Sources" }).getByRole("link").first()).toHaveAttribute(
    "href",
    /^https:/,
  );
  await expect(page.getByText(/^It cost \$0\.01/)).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-search");
  await page.goto(`${facts.gatewayUrl}/playground?try=moderate`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("list", { name: "Categories" })).toBeVisible();
  await page.getByRole("button", { name: "Rank documents", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("list", { name: "Ranking" }).getByRole("listitem").first()).toContainText("Danube");
  await expect(page.getByText(/^It cost \$0\.002/)).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-rerank");
  await page.getByRole("button", { name: "Generate an object", exact: true }).click();
  await page.getByLabel("Schema").fill('{"type": "strin"}');
  await expect(page.getByText(/schema/i).first()).toBeVisible();
  await page.getByLabel("Schema").fill('{"type": "object", "properties": {"rivers": {"type": "array"}}}');
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("region", { name: "The object" })).toContainText('"rivers"');
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-object");
  await page.getByRole("button", { name: "Embed", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("list", { name: "Vectors" }).getByRole("listitem")).toHaveCount(2);
  await picture(page, "playground-embed");
  await page.getByRole("button", { name: "Make images" }).click();
  await expect(page.getByText(/^At most \$0\.0/)).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("list", { name: "Images" }).getByRole("img")).toHaveCount(1);
  await expect(page.getByText(/^It cost \$0\./)).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-image");
  const boat = { name: "boat.png", mimeType: "image/png", buffer: pngOf(640, 480) };
  await page.getByLabel("Images to edit").setInputFiles(boat);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText(/^It cost \$0\./)).toBeVisible();
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-image-edit");
  await page.getByRole("button", { name: "Say a text", exact: true }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const recording = page.getByRole("figure", { name: "Recording" }).locator("audio");
  await expect.poll(() => recording.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(1);
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-speech");
  await page.getByRole("button", { name: "Transcribe", exact: true }).click();
  const wave = { name: "meeting.wav", mimeType: "audio/wav", buffer: waveOf({ seconds: 12 }) };
  await page.getByLabel("Recording").setInputFiles(wave);
  await expect(page.getByText(/^At most \$0\.0/)).toBeVisible();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("region", { name: "Transcript" })).toContainText("A boat is coming.");
  expect(await problemsOf(page)).toEqual([]);
  await picture(page, "playground-transcribe");
  await page.getByRole("button", { name: "Render a mail" }).click();
  await page.getByRole("button", { name: "Render", exact: true }).click();
  await expect(page.getByText("Nothing was sent, and nothing is booked.")).toBeVisible();
  await picture(page, "playground-mail");
});
