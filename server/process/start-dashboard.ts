import { join } from "node:path";
import { fork, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { Logger } from "../platform/logger.ts";
import { programFile, projectRoot } from "../platform/own-files.ts";
import { endProcess } from "./fork-child.ts";
import { ensureDashboardBuilt } from "./dashboard-build.ts";

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
  /** Of the robot check on Auth's registration page, where there is one: the page's policy lets the widget in. */
  readonly turnstileSiteKey: string | undefined;
  readonly secret: string;
  readonly gatewayPort: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Logger;
}

const restartPauseMs = 500;
const nextCli = join(projectRoot, "node_modules", "next", "dist", "bin", "next");
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });

/** Runs Next with nothing in its environment that is worth stealing; built once, again when a source has changed. */
export const startDashboard = async ({
  publicUrl,
  authUrl,
  turnstileSiteKey,
  secret,
  gatewayPort,
  environment,
  log,
}: StartDashboard): Promise<Dashboard> => {
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
    ...(turnstileSiteKey === undefined ? {} : { TURNSTILE_SITE_KEY: turnstileSiteKey }),
    NEXUS_DASHBOARD_CHILD: "1",
    NEXUS_PARENT_PID: String(process.pid),
  };
  let stopped = false;
  let running: ChildProcess | undefined;
  const ready = Promise.withResolvers<number>();
  ready.promise.catch(() => undefined);

  const run = (
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
    onLine: (line: string) => void,
    onError: (text: string) => void,
  ): Promise<number> =>
    new Promise((resolve) => {
      const child = fork(nextCli, args, {
        cwd: projectRoot,
        env: environment,
        execArgv: [
          "--disable-warning=ExperimentalWarning",
          "--import",
          programFile("server/process/end-with-parent.ts"),
        ],
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
      running = child;
      child.stdout?.on("data", (chunk: Buffer) => {
        for (const line of chunk.toString("utf8").split("\n")) if (line.trim()) onLine(line.trim());
      });
      child.stderr?.on("data", (chunk: Buffer) => onError(chunk.toString("utf8").trim()));
      child.once("exit", (code) => resolve(code ?? 1));
    });

  const build = async (folder: string): Promise<void> => {
    const lines: string[] = [];
    const keep = (text: string): number => lines.push(text);
    const code = await run(["build"], { ...env, NEXUS_DASHBOARD_BUILD: folder }, keep, keep);
    if (code === 0) return;
    if (!stopped) log.error({ output: lines.slice(-40) }, "the dashboard could not be built");
    throw new Error("the dashboard could not be built; the log says why");
  };

  const serve = async (): Promise<void> => {
    const folder = dev ? undefined : await ensureDashboardBuilt(projectRoot, build);
    if (stopped) return;
    const served = folder === undefined ? env : { ...env, NEXUS_DASHBOARD_BUILD: folder };
    for (;;) {
      await run(
        [dev ? "dev" : "start", "--port", String(port), "--hostname", "127.0.0.1"],
        served,
        (line) => {
          log.debug({ source: "dashboard" }, line.slice(0, 500));
          if (/Ready in/i.test(line)) ready.resolve((Date.now() - began) / 1000);
        },
        // A page that could not be rendered is to be seen by whoever runs it.
        (text) => log.warn({ source: "dashboard", output: text.slice(0, 4_000) }, "a page failed"),
      );
      if (stopped) return;
      log.error("the dashboard ended; starting it again");
      await new Promise((resolve) => setTimeout(resolve, restartPauseMs).unref());
      if (stopped) return;
    }
  };
  serve().catch((error: unknown) => {
    if (!stopped) log.error({ err: error }, "dashboard not served");
    ready.reject(error);
  });

  return {
    port,
    ready: ready.promise,
    stop: async (deadlineMs) => {
      stopped = true;
      const child = running;
      if (child) await endProcess(child, deadlineMs);
    },
  };
};
