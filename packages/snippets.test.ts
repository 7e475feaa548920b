import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callAsClaudeCode, callAsCodex, callAsCursor, callAsOpencode } from "../test/coding-tools.ts";
import { connectExamples, serviceTokenPrograms, triedExamples, wayToConnect } from "../test/connect-examples.ts";
import { openListeningGateway, type ListeningGateway } from "../test/listening-gateway.ts";
import { curlCommandsOf, findSnippets } from "../test/markdown-snippets.ts";
import { pngOf } from "../test/media-files.ts";
import { installPacked, type PackedProject } from "../test/packed-packages.ts";
import { hasPython, runPython } from "../test/run-python.ts";

// The compiler alone takes seconds, and more beside other suites.
vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
let project: PackedProject;
let gateway: ListeningGateway;
let credential: string;

beforeAll(async () => {
  [project, gateway] = await Promise.all([installPacked(), openListeningGateway()]);
  ({ credential } = gateway.issue());
}, 180_000);
afterAll(async () => {
  await gateway.close();
  await project.remove();
});

const ofNexus = "a part of Nexus itself, for whoever adds to it: the compiler checks the file that it shows";
const elsewhere = "asks Topolo Auth, whose own suites ask it so";
const toFill = "shows one header of a call: the rest is to be filled in";

/** Blocks that cannot be run as they stand, by page, and why. */
const notRun: Readonly<Record<string, string>> = {
  "docs/recipes/add-a-mail-vendor.md": ofNexus,
  "docs/recipes/add-a-payment-vendor.md": ofNexus,
  "docs/recipes/add-a-vendor.md": ofNexus,
  "docs/recipes/add-an-operation.md": ofNexus,
  "docs/recipes/thinking-and-tools.md": "OpenAI's own client, whose conversations the suites of agents hold",
  "docs/recipes/company-directory.md": elsewhere,
  "docs/recipes/register-an-app.md": elsewhere,
  "docs/recipes/third-party-apps.md": elsewhere,
  "docs/recipes/idempotency.md": toFill,
};

/** Blocks that are right and need what a gateway alone does not have. */
const needsMore: readonly (readonly [RegExp, string])[] = [
  [
    /from "(?:openai|@anthropic-ai\/sdk|@google\/genai|resend|portkey-ai)"/,
    "another client, which an app has installed: the suites of the API's wire formats ask Nexus with those it speaks to",
  ],
  [/X-Nexus-Service-Token/, "a service token is issued by an operator: the journey of service tokens does that"],
  [/:3001\/|\$AUTH\//, elsewhere],
  [/api\/keys .*sk-…|"sk-…"|org_…/s, "a key or an id of one's own is to be filled in"],
  [
    /api\/email\/send|createNexusClient[\s\S]*email\.send/,
    "needs a vendor of mail, which `npm start` has in its sandbox and a gateway alone has not",
  ],
  [/\$EMAIL_ID/, "needs a mail that waits: the suites of queued mail cancel and move one so"],
  [/api\/preferences .*"revision": 0/s, "changes how the organization routes, which the suites of preferences do so"],
];

const reasonFor = (page: string, text: string): string | undefined =>
  notRun[page] ?? needsMore.find(([pattern]) => pattern.test(text))?.[1];

/** What examples take for granted, as they would find it in an app. */
const taken = `
import type { NexusClient, GenerateTextInput } from "@topolo/nexus-client";
import { withCustomer as customer, withIdempotencyKey as once } from "@topolo/nexus-client";

declare global {
  const nexus: NexusClient;
  const input: GenerateTextInput;
  const user: { readonly id: string; readonly name: string };
  const session: { readonly accessToken: () => Promise<string> };
  const withCustomer: typeof customer;
  const withIdempotencyKey: typeof once;
  const redirect: (url: string | null | undefined) => void;
  const done: <Answer extends { readonly effect: string }>(answer: Answer) => Extract<Answer, { effect: "done" }>;
  const request: Request;
  const secret: string, id: string, documentId: string, subscriptionId: string, returnUrl: string;
  const people: readonly { readonly id: string }[];
  const Welcome: (props: { readonly name: string }) => import("react").ReactElement;
  const mailFor: (person: { readonly id: string }) => Record<string, unknown>;
}
`;

const facts = {
  operationId: "op",
  vendor: "test",
  credentialTier: "platform_default",
  costNanoUsd: "1",
  usageSource: "provider",
  attempts: [],
};

/** An app in memory: inputs are read by the real schemas, and what a page shows is answered. */
const app = (): string => `
import { createTestNexus } from "@topolo/nexus-client/testing";
import { withCustomer, withIdempotencyKey } from "@topolo/nexus-client";

const test = createTestNexus({ wallets: { ann: 1_000_000_000n } });
const acted = { effect: "done", replayed: false, provider: "stripe", providerStatus: "open", providerObjectId: "x", nexus: ${JSON.stringify(facts)} };
for (const name of ["plans.set", "customers.set", "wallets.adjust", "payments.subscription.update", "payments.subscription.cancel", "payments.link.deactivate", "email.reportEvent", "operations.reportOutcome"])
  test.answer(name, acted);
test.answer("payments.customer.create", { ...acted, customerId: "cus_1" });
test.answer("payments.portal.create", { ...acted, url: "https://pay.example" });
test.answer("payments.link.create", { ...acted, linkId: "lnk_019a0000-0000-7000-8000-000000000001", url: "https://pay.example" });
test.answer("wallets.topUp", { topUp: {}, checkout: { ...acted, url: "https://pay.example" } });
test.answer("usage.export", []);
test.answer("usage.entries", []);
test.answer("operations.follow", []);
test.answer("usage.attention", { items: [] });
test.answer("usage.explore", { totals: {}, groups: [], before: null });
test.answer("email.sendBatch", { results: [], sent: 0, queued: 0, failed: 0 });
Object.assign(globalThis, {
  nexus: test.nexus,
  withCustomer,
  withIdempotencyKey,
  input: { model: "openai/gpt-4o-mini", prompt: "Hello" },
  user: { id: "ann", name: "Ann" },
  session: { accessToken: async () => ${JSON.stringify(credential)} },
  redirect: () => undefined,
  done: (answer) => answer,
  secret: "whsec_AAAA",
  id: "1",
  documentId: "7",
  subscriptionId: "sub_1",
  returnUrl: "https://app.example/back",
  people: [{ id: "1" }],
  mailFor: () => ({ from: "a@example.com", to: ["b@example.org"], subject: "Hello", text: "Hello." }),
});
const time = Math.floor(Date.now() / 1000);
const body = JSON.stringify({ id: "evt_1", type: "checkout.session.completed", created: time, data: { object: { id: "cs_1", object: "checkout.session" } } });
const key = await crypto.subtle.importKey("raw", new TextEncoder().encode("whsec_AAAA"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
const signed = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(time + "." + body));
const signature = "t=" + time + ",v1=" + Buffer.from(signed).toString("hex");
globalThis.request = new Request("https://app.example", { method: "POST", body, headers: { "stripe-signature": signature } });
const failed = [];
for (const place of process.argv.slice(2))
  await import(place).catch((error) => failed.push(place + ": " + error.message + " " + JSON.stringify(error.issues ?? [])));
console.log(JSON.stringify(failed));
`;

/** At the live Nexus's address, by no app: which apps are registered is an installation's own. */
const live = (text: string): string =>
  text
    .replaceAll(/https?:\/\/(?:localhost:3000|nexus\.topolo\.app)/g, gateway.url)
    .replace(/^\s*app: "srv_my_app",\n/m, "");

const fileOf = (at: number, language: string): string => `snippet-${at}.${language}`;

describe("the examples in the README, the packages and the docs", () => {
  const programs = [
    ...findSnippets("ts", "tsx").filter(({ page, text }) => reasonFor(page, text) === undefined),
    ...connectExamples(["ts", "tsx"]),
    ...triedExamples(["ts"]),
  ];

  const placesIn = (output: string): string =>
    output.replaceAll(/snippet-(\d+)\.tsx?/g, (_, at: string) => programs[Number(at)]?.place ?? at);

  it("type-check against the packed packages", async () => {
    await project.write("taken.d.ts", taken);
    for (const [at, { language, text }] of programs.entries())
      await project.write(fileOf(at, language), `export {};\n${live(text)}`);
    const withTokens = serviceTokenPrograms();
    for (const [at, text] of withTokens.entries()) await project.write(`token-${at}.ts`, `export {};\n${text}`);
    const files = [
      ...programs.map(({ language }, at) => fileOf(at, language)),
      ...withTokens.map((_, at) => `token-${at}.ts`),
    ];
    const options = { skipLibCheck: true, exactOptionalPropertyTypes: false, jsx: "react-jsx" };
    expect(placesIn(await project.tsc(["taken.d.ts", ...files], options))).toBe("");
  });

  it("run: whole programs against a live Nexus, the others against one in memory that has its schemas", async () => {
    await project.write("app.mjs", app());
    // React's elements are compiled by an app's own tools.
    const files = programs.flatMap(({ language, text }, at) =>
      language === "ts" ? [{ file: fileOf(at, language), text: `export {};\n${live(text)}` }] : [],
    );
    for (const { file, text } of files) await project.write(file, text);
    const output = await project.run(
      "/usr/bin/env",
      `NEXUS_API_KEY=${credential}`,
      process.execPath,
      "--disable-warning=ExperimentalWarning",
      "app.mjs",
      ...files.map(({ file }) => `./${file}`),
    );
    expect(placesIn(output.split("\n").at(-1) ?? "")).toBe("[]");
  });

  it("call the API with curl as they say", async () => {
    const variables = Object.fromEntries(
      ["NEXUS_API_KEY", "NEXUS_KEY", "ACCESS_TOKEN", "SIGNED_IN"].map((name) => [name, credential]),
    );
    await writeFile(join(project.folder, "boat.png"), pngOf(640, 480));
    const failed: string[] = [];
    let called = 0;
    for (const { place, page, text } of [
      ...findSnippets("sh", "bash"),
      ...connectExamples(["sh"]),
      ...triedExamples(["sh"]),
    ])
      for (const command of curlCommandsOf(text)) {
        if (reasonFor(page, command) !== undefined) continue;
        called += 1;
        const asked = live(command).replace(/^curl /, "curl --silent --show-error --fail-with-body ");
        // Files that an example writes stay in the project's folder.
        await run("sh", ["-c", asked], { cwd: project.folder, env: { ...process.env, ...variables } }).catch(
          (error: { readonly stdout: string; readonly stderr: string }) =>
            failed.push(`${place}: ${error.stdout.slice(0, 400)}${error.stderr.slice(0, 200)}`),
        );
      }
    expect(failed).toEqual([]);
    expect(called).toBeGreaterThan(3);
  });

  it("are left out for a reason that is still one", () => {
    const pages = new Set(findSnippets("ts", "tsx", "sh", "bash").map(({ page }) => page));
    expect(Object.keys(notRun).filter((page) => !pages.has(page))).toEqual([]);
  });

  it("install from the gateway what they import from it", async () => {
    const archives = connectExamples(["sh"]).flatMap(({ text }) => text.match(/http\S+\.tgz/g) ?? []);
    expect(new Set(archives.map((address) => address.split("/").at(-1)))).toEqual(
      new Set(["nexus-client.tgz", "auth-client.tgz"]),
    );
  });

  it.skipIf(!hasPython())("run in Python as they stand, with a key in the environment or filled in", async () => {
    const printed: string[] = [];
    for (const { text } of [...connectExamples(["python"]), ...triedExamples(["python"])])
      printed.push(await runPython(live(text), { NEXUS_API_KEY: credential }));
    for (const { text } of connectExamples(["python"], credential)) printed.push(await runPython(live(text), {}));
    expect(printed).toHaveLength(15);
    for (const text of printed) expect(text).not.toBe("");
  });

  it("with a key filled in are the same programs, without the environment", async () => {
    for (const { place, text } of connectExamples(["ts", "sh", "python", "json", "text"], credential))
      expect(text, place).not.toContain("NEXUS_API_KEY");
    const [curl] = connectExamples(["sh"], credential);
    const { stdout } = await run("sh", ["-c", live(curl?.text ?? "")]);
    expect(stdout).toContain('"chat.completion"');
  });
});

describe("the settings of coding tools on the page Connect", () => {
  const only = (id: string, apiKey?: string): string => live(wayToConnect(id, apiKey).examples[0]?.code ?? "");

  it("let Claude Code count, and stream with its betas and tools", async () => {
    expect(await callAsClaudeCode(only("claude-code"), { NEXUS_API_KEY: credential })).not.toBe("");
    expect(await callAsClaudeCode(only("claude-code", credential), {})).not.toBe("");
  });

  it("let opencode stream with tools from every model that they list", async () => {
    const answers = await callAsOpencode(only("opencode"), { NEXUS_API_KEY: credential });
    expect(answers).toHaveLength(2);
    for (const answer of answers) expect(answer).not.toBe("");
  });

  it("let Cursor stream with tools, and say where that cannot be", async () => {
    expect(await callAsCursor(only("cursor"), credential)).not.toBe("");
    expect(wayToConnect("cursor").about).toContain("do not reach this address");
  });

  it("let Codex stream with tools of its kinds, and without its web search", async () => {
    expect(await callAsCodex(only("codex"), { NEXUS_API_KEY: credential })).not.toBe("");
    expect(await callAsCodex(only("codex", credential), {})).not.toBe("");
  });
});
