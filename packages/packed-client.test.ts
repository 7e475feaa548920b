import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { installPacked, type PackedProject } from "../test/packed-packages.ts";

const correct = `
import { createNexusClient, NexusClientError, NexusErrorCodes, withIdempotencyKey } from "@topolo/nexus-client";
import type { GenerateTextInput, GenerateTextOutput, ListKeysOutput, StreamPart } from "@topolo/nexus-client";
import { createEmailSender, type ReactElementLike } from "@topolo/nexus-client/email";
import { verifyEvent } from "@topolo/nexus-client/events";
import { createNexusQueries, useNexus } from "@topolo/nexus-client/react-query";
import { QueryClient, useMutation, useQuery } from "@tanstack/react-query";

const nexus = createNexusClient({ baseUrl: "http://localhost:1", credential: { apiKey: "k" }, app: "srv_app" });
const input: GenerateTextInput = { model: "openai/gpt-4o-mini", prompt: "Hello", temperature: 0 };

export const ask = async (): Promise<string> => {
  const result: GenerateTextOutput = await nexus.ai.generateText.mutate(input, withIdempotencyKey("once"));
  const text: string = result.text;
  const cost: bigint = BigInt(result.nexus.costNanoUsd);
  const read: number | null = result.usage.inputTokens;
  return text + cost + read;
};

export const listen = async (signal: AbortSignal): Promise<string> => {
  let text = "";
  for await (const part of await nexus.ai.streamText.mutate(input, { signal })) text += show(part);
  return text;
};

const show = (part: StreamPart): string => {
  switch (part.type) {
    case "text-delta":
      return part.delta;
    case "tool-call":
      return part.toolName + part.input;
    case "finish":
      return part.nexus.operationId + part.finishReason;
    default:
      return "";
  }
};

export const manage = async (): Promise<string[]> => {
  const { keys }: ListKeysOutput = await nexus.keys.list.query({ vendor: "openai" });
  const { budgets } = await nexus.usage.budgets.list.query({});
  return [...keys.map((key) => key.fingerprint), ...budgets.map((budget) => budget.id)];
};

export const webhook = async (request: Request): Promise<void> => {
  const { events, subscription } = await verifyEvent("resend", request, { secret: "whsec_AAAA" });
  for (const event of events) await nexus.email.reportEvent.mutate(event);
  const url: string | undefined = subscription?.subscribeUrl;
  if (url !== undefined) throw new Error(url);
};

export const welcome = async (react: ReactElementLike): Promise<boolean> => {
  const { send } = createEmailSender(nexus);
  const sent = await send({ from: "a@example.com", to: ["b@example.com"], subject: "Welcome", react }, withIdempotencyKey("w"));
  return sent.dryRun;
};

export const countBudgets = async (queryClient: QueryClient): Promise<number> => {
  const queries = createNexusQueries({ client: nexus, queryClient });
  const { budgets } = await queryClient.fetchQuery(queries.usage.budgets.list.queryOptions({}));
  await queryClient.invalidateQueries(queries.usage.pathFilter());
  return budgets.length;
};

export const useNewest = (): { readonly newest: string | undefined; readonly ask: (prompt: string) => Promise<string> } => {
  const queries = useNexus();
  const { data } = useQuery(queries.operations.list.queryOptions({ limit: 1 }));
  const { mutateAsync } = useMutation(queries.ai.generateText.mutationOptions());
  return {
    newest: data?.operations[0]?.operationId,
    ask: async (prompt) => (await mutateAsync({ model: "openai/gpt-4o-mini", prompt })).text,
  };
};

export const explain = (error: unknown): string | undefined =>
  NexusClientError.is(error) && error.code === NexusErrorCodes.BUDGET_EXCEEDED ? error.operationId : undefined;
`;

/** Every line is a mistake, and the compiler must say so of each. */
const mistakes = [
  `nexus.ai.generateText.mutate({ model: 4, prompt: "x" });`,
  `nexus.ai.generateText.mutate({ model: "m", prompt: "x", organizationId: "org" });`,
  `nexus.ai.generateText.query({ model: "m", prompt: "x" });`,
  `nexus.ai.generateTexts.mutate({ model: "m", prompt: "x" });`,
  `nexus.ai.generateText.mutate({ model: "m", prompt: "x" }).then(({ text }): number => text);`,
  `nexus.keys.list.query({}).then(({ keys }) => keys[0]?.secret);`,
  `createNexusClient({ baseUrl: "http://x", credential: { bearer: 4 } });`,
  `createNexusClient({ baseUrl: "http://x", credential: { serviceToken: "t" } });`,
];

const mistakesHead = `import { createNexusClient } from "@topolo/nexus-client";
const nexus = createNexusClient({ baseUrl: "http://x", credential: { apiKey: "k" } });
`;

// The compiler alone takes seconds, and more beside other suites.
vi.setConfig({ testTimeout: 120_000 });

let project: PackedProject;
beforeAll(async () => {
  project = await installPacked();
}, 120_000);
afterAll(() => project.remove());

const names = ["nexus-client", "auth-client", "auth-middleware"] as const;

const filesOf = async (name: string): Promise<readonly string[]> =>
  (await readdir(project.installed(name), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe("the packed packages", () => {
  it("are right for every kind of module and resolution, by publint and by attw", async () => {
    const script = join(import.meta.dirname, "../scripts/packages/check-packed.ts");
    expect(await project.run("node", "--disable-warning=ExperimentalWarning", script, project.archives)).toBe("");
  });

  it("carry README and licence, no sources, and no package that they do not name", async () => {
    const imported = {
      "nexus-client": ["@trpc/client", "@trpc/server"],
      "auth-client": [],
      "auth-middleware": ["@topolo/auth-client"],
    };
    for (const name of names) {
      const files = await filesOf(name);
      const base = files.map((file) => file.slice(project.installed(name).length + 1));
      expect(base).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
      expect(base.filter((file) => /(?<!\.d)\.[cm]?ts$/.test(file))).toEqual([]);
      const manifest: { readonly dependencies?: object; readonly peerDependencies?: object } = JSON.parse(
        await readFile(join(project.installed(name), "package.json"), "utf8"),
      );
      const known = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
      const texts = await Promise.all(
        files.filter((file) => /\.(?:js|cjs|d\.ts|d\.cts)$/.test(file)).map((file) => readFile(file, "utf8")),
      );
      const modules = texts.flatMap((text) =>
        [...text.matchAll(/(?:from |import\(|require\()"(?!\.|node:)((?:@[^/"]+\/)?[^/"]+)/g)].map(
          ([, module]) => module ?? "",
        ),
      );
      expect([...new Set(modules)].filter((module) => !known.includes(module))).toEqual([]);
      expect([...new Set(modules)]).toEqual(expect.arrayContaining(imported[name]));
    }
  });
});

describe("the packed client in a new project", () => {
  it.each([
    ["nodenext", {}],
    ["node16", { module: "node16", moduleResolution: "node16" }],
    ["bundler", { module: "esnext", moduleResolution: "bundler" }],
  ])("type-checks strictly, libraries included, by the resolution %s", async (_name, options) => {
    await project.write("correct.ts", correct);
    await project.write("correct.cts", correct);
    expect(await project.tsc(["correct.ts", "correct.cts"], options)).toBe("");
  });

  it("refuses every mistake", async () => {
    await project.write("mistakes.ts", `${mistakesHead}${mistakes.join("\n")}\n`);
    const output = await project.tsc(["mistakes.ts"]);
    const lines = new Set([...output.matchAll(/^mistakes\.ts\((\d+),/gm)].map(([, line]) => Number(line)));
    expect([...lines].sort((a, b) => a - b)).toEqual(mistakes.map((_, at) => at + 3));
  });

  it("loads for React, whose servers are told what runs in a browser", async () => {
    const script = `const sdk = await import("@topolo/nexus-client/react-query"); console.log(Object.keys(sdk).sort().join());`;
    expect(await project.run("node", "--input-type=module", "-e", script)).toBe(
      "NexusQueryProvider,createNexusQueries,useNexus,useNexusClient",
    );
    const context = await readFile(join(project.installed("nexus-client"), "react-query/nexus-context.js"), "utf8");
    expect(context).toMatch(/^"use client";/);
  });

  it("sends mail and verifies webhooks where the renderer of React is not installed, and says what is missing", async () => {
    const script = `
      import { createEmailSender, ReactRendererMissingError } from "@topolo/nexus-client/email";
      import { verifyEvent } from "@topolo/nexus-client/events";
      const sent = [];
      const { send } = createEmailSender({ email: { send: { mutate: async (mail) => sent.push(mail) } } });
      await send({ subject: "Plain", text: "Plain." });
      const missing = await send({ subject: "React", react: { type: "p", props: {}, key: null } }).catch((error) => error);
      const refused = await verifyEvent("resend", { headers: {}, body: "{}" }, { secret: "whsec_AAAA" }).catch((error) => error.code);
      console.log(sent.length, missing instanceof ReactRendererMissingError, missing.message, refused);`;
    expect(await project.run("node", "--input-type=module", "-e", script)).toBe(
      "1 true A React element is rendered with @react-email/render and react: install both in the app. unauthenticated",
    );
  });
});
