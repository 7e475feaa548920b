import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import { startTestAuth, type TestAuth } from "../../test/auth-server.ts";
import { runCli } from "./run-cli.ts";

let auth: TestAuth;
let dataDir: string;

beforeAll(async () => {
  auth = await startTestAuth();
  dataDir = await mkdtemp(join(tmpdir(), "nexus-session-"));
});
afterAll(async () => {
  await auth.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const run = async (args: readonly string[], onOut: (text: string) => void = () => undefined): Promise<Said> => {
  let [out, err] = ["", ""];
  const code = await runCli({
    args,
    environment: { NEXUS_DATA_DIR: dataDir },
    out: (text) => {
      out += text;
      onOut(text);
    },
    err: (text) => (err += text),
    signal: new AbortController().signal,
  });
  return { code, out, err };
};

/** Somebody at a browser who types in the code they were shown. */
const decide = async (userCode: string, decision: "allow" | "deny"): Promise<string> => {
  const user = await auth.addUser({ role: "owner" });
  const { cookie } = await auth.login(user);
  const { status, body } = await auth.call("POST", "/api/device/decide", {
    cookie,
    headers: { "x-topolo-auth": "1", origin: "http://localhost:3001" },
    body: { userCode, decision },
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return user.email;
};

const logIn = async (decision: "allow" | "deny"): Promise<{ readonly said: Said; readonly email: string }> => {
  let deciding: Promise<string> | undefined;
  const said = await run(["login", "--auth-url", auth.url], (text) => {
    const userCode = /^Code +(\S+)/m.exec(text)?.[1];
    if (userCode !== undefined) deciding = decide(userCode, decision);
  });
  return { said, email: (await deciding) ?? "" };
};

test("nobody is signed in at first, and every command says how to be", async () => {
  for (const command of ["whoami", "access-token", "logout"]) {
    const { code, out, err } = await run([command]);
    expect([command, code, out]).toEqual([command, 1, ""]);
    expect(err).toContain("npm run nexus -- login");
  }
});

test("a sign-in that is refused leaves nothing behind", { timeout: 30_000 }, async () => {
  const { said } = await logIn("deny");
  expect(said).toMatchObject({ code: 1, err: "The sign-in was refused.\n" });
  expect((await run(["whoami"])).code).toBe(1);
});

test("signs in with a browser, prints a token that Auth accepts, and signs out", { timeout: 60_000 }, async () => {
  const { said, email } = await logIn("allow");
  expect([said.code, said.err]).toEqual([0, ""]);
  expect(said.out).toMatch(/^Open +http\S+\/device\S*\nCode +\S+/);
  expect(said.out).toContain(email);
  const file = join(dataDir, "cli-session.json");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await run(["whoami"])).out).toContain(email);

  const { out } = await run(["access-token"]);
  expect(out.trim().split("\n")).toHaveLength(1);
  expect(await auth.call("GET", "/validate", { bearer: out.trim() })).toMatchObject({ status: 200 });
  expect(said.out).not.toContain(out.trim());

  // One that is about to end is renewed, and the new one kept.
  const kept: { tokens: { expiresAt: number; refreshToken: string } } = JSON.parse(await readFile(file, "utf8"));
  const { writePrivateFile } = await import("../platform/private-file.ts");
  await writePrivateFile(file, JSON.stringify({ ...kept, tokens: { ...kept.tokens, expiresAt: Date.now() } }));
  expect((await run(["access-token"])).code).toBe(0);
  const renewed: typeof kept = JSON.parse(await readFile(file, "utf8"));
  expect(renewed.tokens.refreshToken).not.toBe(kept.tokens.refreshToken);

  expect(await run(["logout"])).toMatchObject({ code: 0, out: "Signed out.\n" });
  await expect(stat(file)).rejects.toThrow("ENOENT");
  expect((await run(["whoami"])).code).toBe(1);
});

test("an Auth that does not answer is named", async () => {
  const { code, err } = await run(["login", "--auth-url", "http://localhost:1"]);
  expect([code, err]).toEqual([1, "Topolo Auth does not answer at http://localhost:1.\n"]);
});

test("a reader that has seen enough ends the command quietly", { timeout: 30_000 }, async () => {
  const main = compiledProgram("server/cli/main.ts");
  const node = `${process.execPath} --disable-warning=ExperimentalWarning`;
  const child = spawn("bash", ["-c", `set -o pipefail; ${node} ${main} --help | head -1`], {
    env: { ...process.env, ...compiledCode, NEXUS_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code]: unknown[] = await once(child, "close");
  expect([code, err]).toEqual([0, ""]);
});
