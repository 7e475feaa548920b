import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const packages = import.meta.dirname;
const repositoryModules = join(packages, "../node_modules");
const bin = join(repositoryModules, ".bin");
const names = ["auth-client", "auth-middleware"] as const;

const browser = `
import { AuthClientError, createAuthClient, hasPermission, isHandoff, normalizeRole } from "@topolo/auth-client";
import type { AuthSession, LoginOutcome, Permission, SecondFactor } from "@topolo/auth-client";

const auth = createAuthClient({
  authUrl: "https://auth.example",
  serviceId: "srv_app",
  signIn: { clientId: "app", redirectUri: "https://app.example/callback" },
});

export const restore = async (): Promise<AuthSession | undefined> => auth.refresh();
export const signIn = async (email: string, password: string): Promise<AuthSession> => {
  const outcome: LoginOutcome = await auth.login({ email, password });
  if (outcome.status === "authenticated") return outcome.session;
  const pending: SecondFactor = outcome.secondFactor;
  if (pending.methods.includes("passkey")) return auth.signInWithPasskey({ secondFactor: pending });
  return auth.completeSecondFactor(pending, { method: "totp", code: "123456" });
};
export const arrive = async (): Promise<string> => {
  if (isHandoff(location.href)) return (await auth.redeemHandoff({ confirm: ({ account }) => account.email !== "" })).user.id;
  return (await auth.completeSignIn()).returnTo;
};
export const leave = (): Promise<void> => auth.startSignIn({ returnTo: "/", prompt: "none", automatic: true });
export const open = async (): Promise<void> => {
  const [first] = await auth.services();
  if (first?.launchUrl) await auth.openApp(first.id, first.launchUrl);
};
const needed: Permission = "srv_app.items:read";
export const may = (granted: readonly string[]): boolean => hasPermission(granted, needed);
export const role: string = normalizeRole(undefined);
export const explain = (error: unknown): string | undefined => (AuthClientError.is(error) ? error.code : undefined);
`;

const server = `
import { createTokenSource, startDeviceSignIn } from "@topolo/auth-client";
import { createAuthMiddleware, createGuard, createServiceTokenSource } from "@topolo/auth-middleware";
import type { Principal } from "@topolo/auth-middleware";
import { createServer } from "node:http";

const authUrl = "https://auth.example";
const auth = createAuthMiddleware({ authUrl, serviceId: "srv_app", clientSecret: "s", cacheMs: 1000 });
const guard = createGuard(auth);
const service = createServiceTokenSource({ authUrl, clientId: "srv_app", clientSecret: "s" });

export const GET = guard.handler("srv_app.items:read", (request: Request, principal: Principal, { id }: { id: string }) =>
  Response.json({ id, url: request.url, who: principal.user?.id, may: principal.permissions.has("srv_app.items:read") }),
);
export const listener = createServer((request, response) => {
  guard.middleware("srv_app.items:write")(request, response, () => response.end(guard.principalOf(request).role));
});
export const call = async (): Promise<string> => service.token();
export const signIn = async (): Promise<string> => {
  const device = await startDeviceSignIn({ authUrl, clientId: "cli" });
  const tokens = createTokenSource({ authUrl, clientId: "cli", tokens: await device.tokens() });
  return tokens.accessToken();
};
`;

/** Every line is a mistake, and the compiler must say so of each. */
const mistakes = [
  `createAuthClient({ authUrl: "https://a" });`,
  `client.login({ email: "e" });`,
  `client.login({ email: "e", password: "p" }).then(({ session }) => session.accessToken);`,
  `client.completeSecondFactor({ mfaToken: "t" }, { method: "sms", code: "1" });`,
  `client.refresh().then(({ accessToken }) => accessToken);`,
  `hasPermission([], "items:read");`,
  `createGuard(client);`,
  `guard.handler("items:read", () => new Response());`,
  `guard.handler(undefined, (request: Request, principal: string) => new Response());`,
  `createServiceTokenSource({ authUrl: "https://a", clientId: "c" });`,
];
const mistakesHead = `import { createAuthClient, hasPermission } from "@topolo/auth-client";
import { createAuthMiddleware, createGuard, createServiceTokenSource } from "@topolo/auth-middleware";
const client = createAuthClient({ authUrl: "https://a", serviceId: "srv_a" });
const guard = createGuard(createAuthMiddleware({ authUrl: "https://a", serviceId: "srv_a" }));
`;

/** What the examples of the READMEs take for granted. */
const exampleGlobals = `
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthClient, TokenSet } from "@topolo/auth-client";
import type { AuthMiddleware, Guard } from "@topolo/auth-middleware";

type Handler = (
  request: IncomingMessage,
  response: ServerResponse & { json: (body: unknown) => void },
  next: (...error: readonly unknown[]) => void,
) => void;

declare global {
  const authUrl: string, nexusUrl: string, clientSecret: string, organizationId: string, bearerOrApiKey: string;
  const email: string, password: string, body: string;
  const changeId: string, userId: string, keyId: string;
  const request: Request;
  const save: (tokens: TokenSet) => void;
  const auth: AuthClient & AuthMiddleware;
  const guard: Guard;
  const app: { post: (path: string, ...handlers: readonly Handler[]) => void };
}
`;

/** A stranger's server and a stranger's command line, run as installed. */
const program = `
import { createAuthClient, AuthClientError } from "@topolo/auth-client";
import { createAuthMiddleware, createGuard } from "@topolo/auth-middleware";
const guard = createGuard(createAuthMiddleware({ authUrl: "http://127.0.0.1:1", serviceId: "srv_a" }));
const handle = guard.handler(undefined, () => new Response("in"));
const answers = [];
for (const headers of [{}, { authorization: "Bearer t" }])
  answers.push((await handle(new Request("http://app.example/", { headers }))).status);
const client = createAuthClient({ authUrl: "http://127.0.0.1:1", serviceId: "srv_a", headless: true });
const failure = await client.refresh().catch((error) => error);
console.log(JSON.stringify([...answers, AuthClientError.is(failure), failure.code, client.state()]));
`;

describe("the packed packages in a new project [B5]", () => {
  let folder: string;
  const installed = (name: string): string => join(folder, "node_modules/@topolo", name);
  const tsc = (file: string): Promise<{ readonly ok: boolean; readonly output: string }> =>
    run(join(bin, "tsc"), ["-p", `tsconfig.${file}.json`, "--pretty", "false"], { cwd: folder }).then(
      ({ stdout }) => ({ ok: true, output: stdout }),
      (error: { readonly stdout: string }) => ({ ok: false, output: error.stdout }),
    );

  const install = async (name: string): Promise<void> => {
    const { stdout } = await run("npm", ["pack", "--silent", "--offline", "--pack-destination", folder], {
      cwd: join(packages, name),
      env: { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` },
    });
    await mkdir(installed(name), { recursive: true });
    const archive = join(folder, stdout.trim().split("\n").at(-1) ?? "");
    await run("tar", ["-xzf", archive, "-C", installed(name), "--strip-components", "1"]);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stranger-"));
    // One after the other: the second is built upon the first.
    for (const name of names) await install(name);
    for (const name of ["@types/node", "undici-types"]) {
      const link = join(folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(repositoryModules, name), link);
    }
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "stranger", type: "module" }));
    await writeFile(join(folder, "program.mjs"), program);
    const files = {
      browser: [browser, []],
      server: [server, ["node"]],
      mistakes: [`${mistakesHead}${mistakes.join("\n")}\n`, ["node"]],
    } as const;
    for (const [name, [text, types]] of Object.entries(files)) {
      await writeFile(join(folder, `${name}.ts`), text);
      const compilerOptions = {
        strict: true,
        skipLibCheck: false,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noEmit: true,
        target: "es2022",
        module: "nodenext",
        lib: ["es2022", "dom", "dom.iterable"],
        types,
      };
      await writeFile(
        join(folder, `tsconfig.${name}.json`),
        JSON.stringify({ compilerOptions, files: [`${name}.ts`] }),
      );
    }
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("type-check strictly, libraries included, in a browser app without Node's types and on a server", async () => {
    expect(await tsc("browser")).toEqual({ ok: true, output: "" });
    expect(await tsc("server")).toEqual({ ok: true, output: "" });
  });

  it("refuse every mistake", async () => {
    const { output } = await tsc("mistakes");
    const lines = new Set([...output.matchAll(/^mistakes\.ts\((\d+),/gm)].map(([, line]) => Number(line)));
    expect([...lines].sort((a, b) => a - b)).toEqual(mistakes.map((_, at) => at + 5));
  });

  it("run, and fail closed", async () => {
    const { stdout } = await run(join(bin, "node"), ["program.mjs"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual([401, 503, true, "unavailable", "unavailable"]);
  });

  it("carry their README and no sources, and depend on each other alone", async () => {
    for (const name of names) {
      const files = await readdir(installed(name), { recursive: true });
      expect(files).toContain("README.md");
      expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
      const texts = await Promise.all(
        files.filter((file) => /\.(js|d\.ts)$/.test(file)).map((file) => readFile(join(installed(name), file), "utf8")),
      );
      const imported = texts.flatMap((text) =>
        [...text.matchAll(/(?:import\(|from )"([^".][^"]*)"/g)].map(([, module]) => module ?? ""),
      );
      expect(new Set(imported.filter((module) => !module.startsWith("node:")))).toEqual(
        new Set(name === "auth-client" ? [] : ["@topolo/auth-client"]),
      );
      if (name === "auth-client") expect(imported).toEqual([]);
    }
  });

  it("show examples that type-check", async () => {
    for (const name of names) {
      const readme = await readFile(join(installed(name), "README.md"), "utf8");
      const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, block]) => block ?? "");
      expect(blocks.length).toBeGreaterThan(1);
      await writeFile(join(folder, "globals.d.ts"), exampleGlobals);
      const files = ["globals.d.ts"];
      for (const [at, block] of blocks.entries()) {
        const file = `${name}-example-${at}.ts`;
        await writeFile(join(folder, file), `export {};\n${block}`);
        files.push(file);
      }
      const settings: { compilerOptions: object } = JSON.parse(
        await readFile(join(folder, "tsconfig.server.json"), "utf8"),
      );
      await writeFile(join(folder, "tsconfig.readme.json"), JSON.stringify({ ...settings, files }));
      expect(await tsc("readme")).toEqual({ ok: true, output: "" });
    }
  });

  it("leave the workspace's manifests as they were", async () => {
    for (const name of names) {
      expect(await readFile(join(packages, name, "package.json"), "utf8")).toContain("./src/index.ts");
      expect(await readdir(join(packages, name))).not.toContain(".package.workspace.json");
    }
  });
});
