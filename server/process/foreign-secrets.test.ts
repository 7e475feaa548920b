import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compiledCode } from "../../test/compiled-code.ts";
import { compiledProgram } from "../../test/compiled-program.ts";
import { freePorts } from "../../test/free-ports.ts";
import { readEnv } from "../platform/env.ts";
import { secretsOf } from "./secrets-of.ts";

const root = join(import.meta.dirname, "..", "..");
let dataDir: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "nexus-foreign-"));
  const [gateway = 0, auth = 0, sandbox = 0] = await freePorts(3);
  environment = {
    NODE_ENV: "development",
    PATH: process.env["PATH"],
    HOME: process.env["HOME"],
    ...compiledCode,
    NEXUS_DATA_DIR: dataDir,
    NEXUS_DASHBOARD: "off",
    PORT: String(gateway),
    AUTH_PORT: String(auth),
    SANDBOX_PORT: String(sandbox),
  };
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

/** Starts the product, and stops it once it is up. Resolves with what it said. */
const startAndStop = async (settings: Readonly<Record<string, string>> = {}): Promise<string> => {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", compiledProgram("server/main.ts")], {
    cwd: root,
    env: { ...environment, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (/Ready.* after/.test(output)) child.kill("SIGTERM");
    });
  await once(child, "close");
  return output;
};

test(
  "a data folder with files of another installation, or without them, is refused with their names; put back, it starts",
  { timeout: 240_000 },
  async () => {
    expect(await startAndStop()).toMatch(/Ready.* after/);
    for (const [name, foreign, told] of [
      [
        "secrets.json",
        async () => {
          const other = await mkdtemp(join(tmpdir(), "nexus-other-"));
          await secretsOf(readEnv({}), other);
          return readFile(join(other, "secrets.json"), "utf8");
        },
        /The keys in .*secrets\.json are not those under which the signing keys of Topolo Auth were sealed/,
      ],
      [
        "postgres.json",
        async () => JSON.stringify({ port: 1, password: "another" }),
        /The password in .*postgres\.json is not that of the database in/,
      ],
    ] as const) {
      const file = join(dataDir, name);
      const own = await readFile(file, "utf8");
      await writeFile(file, await foreign());
      expect(await startAndStop()).toMatch(told);
      await rm(file);
      expect(await startAndStop()).toMatch(new RegExp(`${name}.* is missing`));
      await expect(readFile(file, "utf8")).rejects.toThrow("ENOENT");
      await writeFile(file, own);
    }
    // Auth's key as it was: what vendors' keys are sealed under is looked at for itself.
    const { authEncryptionKey } = JSON.parse(await readFile(join(dataDir, "secrets.json"), "utf8")) as {
      authEncryptionKey: string;
    };
    const whole = await readFile(join(dataDir, "secrets.json"), "utf8");
    const { encryptionKeys } = await secretsOf(readEnv({}), await mkdtemp(join(tmpdir(), "nexus-other-")));
    await writeFile(join(dataDir, "secrets.json"), JSON.stringify({ ...JSON.parse(whole), encryptionKeys }));
    expect(await startAndStop({ AUTH_ENCRYPTION_KEY: authEncryptionKey })).toMatch(
      /are not those under which \d+ stored vendor secrets \(k1\..*\) were sealed/,
    );
    await writeFile(join(dataDir, "secrets.json"), whole);
    expect(await startAndStop()).toMatch(/Ready.* after/);
  },
);
