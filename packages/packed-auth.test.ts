import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { installPacked, type PackedProject } from "../test/packed-packages.ts";

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

// The compiler alone takes seconds, and more beside other suites.
vi.setConfig({ testTimeout: 120_000 });

let project: PackedProject;
beforeAll(async () => {
  project = await installPacked();
}, 120_000);
afterAll(() => project.remove());

const names = ["auth-client", "auth-middleware"] as const;

describe("the packed packages of Auth in a new project [B5]", () => {
  it("type-check strictly, libraries included, in a browser app without Node's types and on a server", async () => {
    await project.write("browser.ts", browser);
    await project.write("server.ts", server);
    expect(await project.tsc(["browser.ts"], { types: [] })).toBe("");
    expect(await project.tsc(["server.ts"])).toBe("");
  });

  it("refuse every mistake", async () => {
    await project.write("mistakes.ts", `${mistakesHead}${mistakes.join("\n")}\n`);
    const output = await project.tsc(["mistakes.ts"]);
    const lines = new Set([...output.matchAll(/^mistakes\.ts\((\d+),/gm)].map(([, line]) => Number(line)));
    expect([...lines].sort((a, b) => a - b)).toEqual(mistakes.map((_, at) => at + 5));
  });

  it("run as modules of either kind, and fail closed", async () => {
    const closed = [401, 503, true, "unavailable", "unavailable"];
    await project.write("program.mjs", program);
    expect(JSON.parse(await project.run("node", "program.mjs"))).toEqual(closed);
    const required = program.replaceAll(/import (\{[^}]*\}) from ("[^"]*");/g, "const $1 = require($2);");
    await project.write("program.cjs", `(async () => {${required}})();`);
    expect(JSON.parse(await project.run("node", "program.cjs"))).toEqual(closed);
  });

  it("show examples that type-check", async () => {
    await project.write("globals.d.ts", exampleGlobals);
    const files = ["globals.d.ts"];
    for (const name of names) {
      const readme = await readFile(join(project.installed(name), "README.md"), "utf8");
      const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, block]) => block ?? "");
      expect(blocks.length).toBeGreaterThan(1);
      for (const [at, block] of blocks.entries()) {
        await project.write(`${name}-example-${at}.ts`, `export {};\n${block}`);
        files.push(`${name}-example-${at}.ts`);
      }
    }
    expect(await project.tsc(files)).toBe("");
  });
});
