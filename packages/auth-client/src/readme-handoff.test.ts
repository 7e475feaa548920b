import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { createAuthClient, isHandoff, type AuthClient, type AuthClientOptions } from "./index.ts";

let auth: TestAuth;

beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

/** The examples of a section of this package's README, as people copy them. */
const examplesOf = async (heading: string): Promise<readonly string[]> => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const section = readme.split(/^#{2,3} /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
};

/** Runs an example in a page of its own; what it imports, the page has. */
const run = async (code: string, page: Readonly<Record<string, unknown>>): Promise<void> => {
  const body = code.replaceAll(/^import .*$/gm, "");
  await runInContext(`(async () => {${body}})()`, createContext({ ...page }));
};

const client = (serviceId: string, options: Partial<AuthClientOptions> = {}): AuthClient =>
  createAuthClient({ authUrl: auth.url, serviceId, headless: true, ...options });

test("the README's example opens another app and arrives there, as written [D3, D5]", async () => {
  const [open = "", arrive = ""] = await examplesOf("Other apps");
  const user = await auth.addUser({ role: "member" });
  const went: string[] = [];
  const origin = client("srv_roadmapper", { navigate: (url) => went.push(url) });
  await origin.login({ email: user.email, password: user.password });
  await run(open, { auth: origin });
  expect(went).toEqual([expect.stringMatching(/^https:\/\/bugfix\.topolo\.app\/\?code=thc_/)]);

  const destination = client("srv_bugfix");
  const url = new URL(went[0] ?? "");
  const asked: string[] = [];
  const shown: string[] = [];
  await run(arrive, {
    auth: { redeemHandoff: (options: object) => destination.redeemHandoff({ ...options, url: url.href }) },
    isHandoff,
    location: url,
    window: { confirm: (text: string) => asked.push(text) > 0 },
    history: { replaceState: (_: unknown, __: string, path: string) => shown.push(path) },
  });
  expect(destination.session()).toMatchObject({ user: { id: user.id }, serviceId: "srv_bugfix" });
  expect(shown).toEqual(["/"]);
});
