import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { nodeFlags, programFile, run } from "../../scripts/toolchain.mjs";
import { freePorts } from "../../test/free-ports.ts";
import { startOwnPostgres } from "../faults/own-postgres.ts";
import { dumpSchema } from "./dump-schema.ts";
import { dumpingServer } from "./dumping-server.ts";
import { liveInIt } from "./live-in-it.ts";

// make-release-data.ts: lets a release do some work on an empty database, ends it in the middle, and keeps what it left, for
// e2e/upgrade/upgrade.test.ts of every later one. Run once for each release, from its commit.

const root = join(import.meta.dirname, "..", "..");

const versionOf = async (): Promise<string> => {
  const { version }: { version: string } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  return version;
};

const childrenOf = async (pid: number): Promise<readonly number[]> =>
  (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").map(Number);

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

const work = await mkdtemp(join(tmpdir(), "nexus-release-data-"));
const { binaries, pgDump } = await dumpingServer();
const postgres = await startOwnPostgres(join(work, "cluster"), {}, { binaries, bare: true });
let product: ChildProcess | undefined;
try {
  const dataDir = join(work, "data");
  const [port = 0, authPort = 0, sandboxPort = 0] = await freePorts(3);
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    NODE_ENV: "development",
    DATABASE_URL: postgres.databaseUrl,
    NEXUS_DATA_DIR: dataDir,
    NEXUS_DASHBOARD: "off",
    PORT: String(port),
    AUTH_PORT: String(authPort),
    SANDBOX_PORT: String(sandboxPort),
  };
  const started = spawn(process.execPath, [...nodeFlags, programFile("server/main.ts")], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "inherit", "inherit"],
  });
  product = started;
  const gone = once(started, "exit");
  const origin = `http://localhost:${port}`;
  while (!(await isReady(origin))) {
    if (started.exitCode !== null) throw new Error("the product did not start");
    await pause(200);
  }
  const operate = (...args: readonly string[]): Promise<number> =>
    run(process.execPath, [...nodeFlags, programFile("server/cli/main.ts"), ...args], environment);
  const told = await liveInIt({ dataDir, operate });
  // As a machine that fails does: calls are under way, and none of its processes lives to end them.
  const children = await childrenOf(started.pid ?? 0);
  started.kill("SIGSTOP");
  for (const pid of children) process.kill(pid, "SIGKILL");
  started.kill("SIGKILL");
  await gone;

  const folder = join(import.meta.dirname, await versionOf());
  await mkdir(folder, { recursive: true });
  for (const schema of ["nexus", "auth"] as const)
    await writeFile(
      join(folder, `${schema}.sql.gz`),
      await dumpSchema({ pgDump, connectionString: postgres.databaseUrl, schema }),
    );
  const secrets: unknown = JSON.parse(await readFile(join(dataDir, "secrets.json"), "utf8"));
  const clientSecret = await readFile(join(dataDir, "auth-client-secret"), "utf8");
  await writeFile(join(folder, "told.json"), `${JSON.stringify({ ...told, secrets, clientSecret }, null, 2)}\n`);
} finally {
  product?.kill("SIGKILL");
  await postgres.stop();
  await rm(work, { recursive: true, force: true });
}
