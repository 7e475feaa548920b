import { existsSync } from "node:fs";
import { join } from "node:path";
import { fork, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { Logger } from "../platform/logger.ts";

/** The dashboard's process, which may still be building. */
export interface Dashboard {
  /** Loopback port. */
  readonly port: number;
  /** Resolves with the seconds it took until pages are served. */
  readonly ready: Promise<number>;
  readonly stop: (deadlineMs: number) => Promise<void>;
}

interface StartDashboard {
  readonly publicUrl: string;
  readonly authUrl: string;
  readonly secret: string;
  readonly gatewayPort: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Logger;
}

const root = join(import.meta.dirname, "..", "..");
const nextCli = join(root, "node_modules", "next", "dist", "bin", "next");
const sources = ["app", "client-sdk/src", "packages/auth-client/src", "packages/auth-middleware/src", "server/contracts"];
const stampFile = join(root, ".next", "source-digest");

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });

/** Changes whenever a page would. */
const sourceDigest = async (): Promise<string> => {
  const hash = createHash("sha256");
  const files: string[] = [];
  for (const folder of sources) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
    }
  }
  for (const file of ["proxy.ts", "next.config.mjs", "postcss.config.mjs", "package-lock.json"]) if (existsSync(join(root, file))) files.push(join(root, file));
  for (const file of files.sort()) hash.update(file.slice(root.length)).update(await readFile(file));
  return hash.digest("hex");
};

const isBuilt = async (digest: string): Promise<boolean> =>
  existsSync(join(root, ".next", "BUILD_ID")) && (await readFile(stampFile, "utf8").catch(() => "")) === digest;

/** Runs Next with nothing in its environment that is worth stealing; built once, again when a source has changed. */
export const startDashboard = async ({ publicUrl, authUrl, secret, gatewayPort, environment, log }: StartDashboard): Promise<Dashboard> => {
  const port = await freePort();
  const began = Date.now();
  const dev = process.env["NEXUS_DEV"] === "true";
  const env: NodeJS.ProcessEnv = {
    ...environment,
    NODE_ENV: dev ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    NEXTAUTH_URL: publicUrl,
    NEXTAUTH_SECRET: secret,
    NEXUS_INTERNAL_URL: `http://localhost:${gatewayPort}`,
    NEXUS_AUTH_URL: authUrl,
    NEXUS_DASHBOARD_CHILD: "1",
  };
  let stopped = false;
  let running: ChildProcess | undefined;
  const ready = Promise.withResolvers<number>();
  ready.promise.catch(() => undefined);

  const run = (args: readonly string[], onLine: (line: string) => void): Promise<number> =>
    new Promise((resolve) => {
      const child = fork(nextCli, args, {
        cwd: root,
        env,
        execArgv: ["--disable-warning=ExperimentalWarning", "--import", join(import.meta.dirname, "end-with-parent.ts")],
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
      running = child;
      const tell = (chunk: Buffer): void => {
        for (const line of chunk.toString("utf8").split("\n")) if (line.trim()) onLine(line.trim());
      };
      child.stdout?.on("data", tell);
      child.stderr?.on("data", tell);
      child.once("exit", (code) => resolve(code ?? 1));
    });

  const serve = async (): Promise<void> => {
    const digest = await sourceDigest();
    if (!dev && !(await isBuilt(digest))) {
      const lines: string[] = [];
      const code = await run(["build"], (line) => lines.push(line));
      if (stopped) return;
      if (code !== 0) {
        log.error({ output: lines.slice(-40) }, "the dashboard could not be built");
        throw new Error("the dashboard could not be built; the log says why");
      }
      await writeFile(stampFile, digest);
    }
    for (let pauseMs = 500; !stopped; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      await run([dev ? "dev" : "start", "--port", String(port), "--hostname", "127.0.0.1"], (line) => {
        log.debug({ source: "dashboard" }, line.slice(0, 500));
        if (/Ready in/i.test(line)) ready.resolve((Date.now() - began) / 1000);
      });
      if (stopped) return;
      log.error("the dashboard ended; starting it again");
      await new Promise((resolve) => setTimeout(resolve, pauseMs).unref());
    }
  };
  serve().catch((error: unknown) => {
    log.error({ err: error }, "dashboard not served");
    ready.reject(error);
  });

  return {
    port,
    ready: ready.promise,
    stop: async (deadlineMs) => {
      stopped = true;
      const child = running;
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), deadlineMs);
      await gone;
      clearTimeout(kill);
    },
  };
};
