import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const sdk = import.meta.dirname;
const repositoryModules = join(sdk, "../node_modules");
const bin = join(repositoryModules, ".bin");

const correct = `
import { createNexusClient, NexusClientError, withIdempotencyKey } from "@topolo/nexus-client";
import type { GenerateTextInput, StreamPart } from "@topolo/nexus-client";
import { createEmailSender, type ReactElementLike } from "@topolo/nexus-client/email";
import { verifyEvent } from "@topolo/nexus-client/events";
import { createNexusQueries, useNexus } from "@topolo/nexus-client/react-query";
import { QueryClient, useMutation, useQuery } from "@tanstack/react-query";

const nexus = createNexusClient({ baseUrl: "http://localhost:1", credential: { apiKey: "k" }, app: "srv_app" });
const input: GenerateTextInput = { model: "openai/gpt-4o-mini", prompt: "Hello", temperature: 0 };

export const ask = async (): Promise<string> => {
  const result = await nexus.ai.generateText.mutate(input, withIdempotencyKey("once"));
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
  const { keys } = await nexus.keys.list.query({ vendor: "openai" });
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
  NexusClientError.is(error) && error.code === "BUDGET_EXCEEDED" ? error.operationId : undefined;
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

describe("the packed client in a stranger's project", () => {
  let folder: string;
  let installed: string;
  const tsc = (file: string): Promise<{ readonly ok: boolean; readonly output: string }> =>
    run(join(bin, "tsc"), ["-p", `tsconfig.${file}.json`, "--pretty", "false"], { cwd: folder }).then(
      ({ stdout }) => ({ ok: true, output: stdout }),
      (error: { readonly stdout: string }) => ({ ok: false, output: error.stdout }),
    );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stranger-"));
    installed = join(folder, "node_modules/@topolo/nexus-client");
    const { stdout } = await run("npm", ["pack", "--silent", "--offline", "--pack-destination", folder], {
      cwd: sdk,
      env: { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` },
    });
    await mkdir(installed, { recursive: true });
    await run("tar", [
      "-xzf",
      join(folder, stdout.trim().split("\n").at(-1) ?? ""),
      "-C",
      installed,
      "--strip-components",
      "1",
    ]);
    for (const name of [
      "@trpc/client",
      "@trpc/server",
      "superjson",
      "standardwebhooks",
      "@stablelib/base64",
      "fast-sha256",
      "@types/node",
      "undici-types",
      "@tanstack/react-query",
      "@tanstack/query-core",
      "@trpc/tanstack-react-query",
      "react",
      "@types/react",
      "csstype",
    ]) {
      const link = join(folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(repositoryModules, name), link);
    }
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "stranger", type: "module" }));
    await writeFile(join(folder, "correct.ts"), correct);
    const head = `import { createNexusClient } from "@topolo/nexus-client";\nconst nexus = createNexusClient({ baseUrl: "http://x", credential: { apiKey: "k" } });\n`;
    await writeFile(join(folder, "mistakes.ts"), `${head}${mistakes.join("\n")}\n`);
    const compilerOptions = {
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      target: "es2022",
      module: "nodenext",
      lib: ["es2022", "dom", "dom.iterable"],
      types: ["node"],
    };
    for (const name of ["correct", "mistakes"]) {
      await writeFile(
        join(folder, `tsconfig.${name}.json`),
        JSON.stringify({ compilerOptions, files: [`${name}.ts`] }),
      );
    }
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("type-checks strictly, libraries included", async () => {
    expect(await tsc("correct")).toEqual({ ok: true, output: "" });
  });

  it("refuses every mistake", async () => {
    const { output } = await tsc("mistakes");
    const lines = new Set([...output.matchAll(/^mistakes\.ts\((\d+),/gm)].map(([, line]) => Number(line)));
    expect([...lines].sort((a, b) => a - b)).toEqual(mistakes.map((_, at) => at + 3));
  });

  it("carries no server source and no other package's types", async () => {
    const files = await readdir(installed, { recursive: true });
    expect(files.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))).toEqual([]);
    const importedBy = async (names: readonly string[]): Promise<Set<string | undefined>> => {
      const texts = await Promise.all(names.map((name) => readFile(join(installed, name), "utf8")));
      return new Set(
        texts.flatMap((text) => [...text.matchAll(/(?:import\(|from )"([^".][^"]*)"/g)].map(([, name]) => name)),
      );
    };
    const declarations = files.filter((name) => name.endsWith(".d.ts"));
    const forReact = declarations.filter((name) => name.includes("/react-query/"));
    expect(await importedBy(declarations.filter((name) => !forReact.includes(name)))).toEqual(
      new Set(["@trpc/client", "@trpc/server"]),
    );
    expect(await importedBy(forReact)).toEqual(
      new Set(["@tanstack/react-query", "@trpc/tanstack-react-query", "react"]),
    );
  });

  it("loads and names its exports", async () => {
    const script = `const sdk = await import("@topolo/nexus-client"); console.log(Object.keys(sdk).sort().join());`;
    const { stdout } = await run(join(bin, "node"), ["--input-type=module", "-e", script], { cwd: folder });
    expect(stdout.trim()).toBe("NexusClientError,createNexusClient,withCustomer,withIdempotencyKey");
    const inReact = await run(
      join(bin, "node"),
      ["--input-type=module", "-e", script.replace("/nexus-client", "/nexus-client/react-query")],
      { cwd: folder },
    );
    expect(inReact.stdout.trim()).toBe("NexusQueryProvider,createNexusQueries,useNexus,useNexusClient");
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
    const { stdout } = await run(join(bin, "node"), ["--input-type=module", "-e", script], { cwd: folder });
    expect(stdout.trim()).toBe(
      "1 true A React element is rendered with @react-email/render and react: install both in the app. unauthenticated",
    );
  });

  it("carries nothing of webhooks and mail in its main entry, so that browsers do not", async () => {
    const files = (await readdir(join(installed, "dist"))).filter(
      (name) => name.endsWith(".js") && name !== "email.js",
    );
    const texts = await Promise.all(files.map((name) => readFile(join(installed, "dist", name), "utf8")));
    expect(texts.join("\n")).not.toMatch(/node:crypto|standardwebhooks|react-email|\.\/events/);
  });

  it("leaves the workspace's manifest as it was", async () => {
    const manifest = await readFile(join(sdk, "package.json"), "utf8");
    expect(manifest).toContain("./src/index.ts");
    expect(await readdir(sdk)).not.toContain(".package.workspace.json");
  });
});
