import { join } from "node:path";
import { fork, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Env } from "../platform/env.ts";
import type { Logger } from "../platform/logger.ts";
import { programFile, projectRoot } from "../platform/own-files.ts";
import { endProcess } from "./fork-child.ts";
import { shippedParts } from "./shipped.ts";
import { ensureDashboardBuilt } from "./dashboard-build.ts";
import { listenOnDemand, type Served } from "./listen-on-demand.ts";

/** The dashboard's process, which may still be building. */
export interface Dashboard extends Served {
  /** Whether it starts with the first page that is asked for. */
  readonly onDemand: boolean;
  /** Resolves with the seconds it took until pages are served, on demand until they could be. */
  readonly ready: Promise<number>;
}

interface StartDashboard {
  readonly publicUrl: string;
  readonly authUrl: string;
  /** Of the robot check on Auth's registration page, where there is one: the page's policy lets the widget in. */
  readonly turnstileSiteKey: string | undefined;
  readonly secret: string;
  readonly gatewayPort: number;
  readonly environment: NodeJS.ProcessEnv;
  /** How long it goes on when no page is asked for, where it starts with the first one; undefined: it runs all the time. */
  readonly idleMs: number | undefined;
  readonly log: Logger;
}

/** What the settings say of it. */
export const idleMsOf = ({ NEXUS_DASHBOARD, NEXUS_DASHBOARD_IDLE_MS }: Env): number | undefined =>
  NEXUS_DASHBOARD === "on-demand" ? NEXUS_DASHBOARD_IDLE_MS : undefined;

const restartPauseMs = 500;
/** Whoever waits longer for a process that starts gets the page that says so. */
const patienceMs = 30_000;
const shipped = shippedParts();
const nextCli = join(projectRoot, shipped?.pages ?? join("node_modules", "next", "dist", "bin", "next"));
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

/**
 * Runs Next with nothing in its environment that is worth stealing; built at once and once, again when a source has changed,
 * and run all the time or on demand.
 */
export const startDashboard = async ({
  publicUrl,
  authUrl,
  turnstileSiteKey,
  secret,
  gatewayPort,
  environment,
  idleMs,
  log,
}: StartDashboard): Promise<Dashboard> => {
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
  const children = new Set<ChildProcess>();

  const run = (
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
    onLine: (line: string) => void,
    onError: (text: string) => void,
  ): { readonly child: ChildProcess; readonly ended: Promise<number> } => {
    const child = fork(nextCli, args, {
      cwd: projectRoot,
      env: environment,
      execArgv: ["--disable-warning=ExperimentalWarning", "--import", programFile("server/process/end-with-parent.ts")],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    children.add(child);
    child.stdout?.on("data", (chunk: Buffer) => {
      for (const line of chunk.toString("utf8").split("\n")) if (line.trim()) onLine(line.trim());
    });
    child.stderr?.on("data", (chunk: Buffer) => onError(chunk.toString("utf8").trim()));
    const ended = new Promise<number>((resolve) => {
      child.once("exit", (code) => {
        children.delete(child);
        resolve(code ?? 1);
      });
    });
    return { child, ended };
  };

  const build = async (folder: string): Promise<void> => {
    const lines: string[] = [];
    const keep = (text: string): number => lines.push(text);
    const code = await run(["build"], { ...env, NEXUS_DASHBOARD_BUILD: folder }, keep, keep).ended;
    if (code === 0) return;
    if (!stopped) log.error({ output: lines.slice(-40) }, "the dashboard could not be built");
    throw new Error("the dashboard could not be built; the log says why");
  };

  /** Serves the pages on a port, again where the process ends by itself, until it is stopped. */
  const serve = (folder: string | undefined, port: number): Served & { readonly ready: Promise<void> } => {
    const served = folder === undefined ? env : { ...env, NEXUS_DASHBOARD_BUILD: folder };
    const ready = Promise.withResolvers<void>();
    let current: ChildProcess | undefined;
    const left = new AbortController();
    if (stopped) left.abort();
    const keepServing = async (): Promise<void> => {
      while (!left.signal.aborted) {
        const { child, ended } = run(
          [dev ? "dev" : "start", "--port", String(port), "--hostname", "127.0.0.1"],
          served,
          (line) => {
            log.debug({ source: "dashboard" }, line.slice(0, 500));
            if (/Ready in/i.test(line)) ready.resolve();
          },
          // A page that could not be rendered is to be seen by whoever runs it.
          (text) => log.warn({ source: "dashboard", output: text.slice(0, 4_000) }, "a page failed"),
        );
        current = child;
        await ended;
        if (left.signal.aborted) return;
        log.error("the dashboard ended; starting it again");
        await new Promise((resolve) => setTimeout(resolve, restartPauseMs).unref());
      }
    };
    void keepServing();
    return {
      port,
      ready: ready.promise,
      stop: async (deadlineMs) => {
        left.abort();
        if (current) await endProcess(current, deadlineMs);
      },
    };
  };

  let isBuilt = dev;
  const folderOf = async (): Promise<string | undefined> =>
    dev ? undefined : (shipped?.dashboard ?? (await ensureDashboardBuilt(projectRoot, build)));
  const built = folderOf().then((folder) => {
    isBuilt = true;
    return folder;
  });
  const seconds = (): number => (Date.now() - began) / 1000;
  const stopChildren = async (deadlineMs: number): Promise<void> => {
    await Promise.all([...children].map((child) => endProcess(child, deadlineMs)));
  };
  const tellFailure = (error: unknown): void => {
    if (!stopped) log.error({ err: error }, "dashboard not served");
  };

  if (idleMs === undefined) {
    const port = await freePort();
    let pages: Served | undefined;
    const ready = built.then(async (folder) => {
      const serving = serve(folder, port);
      pages = serving;
      await serving.ready;
      return seconds();
    });
    ready.catch(tellFailure);
    return {
      port,
      onDemand: false,
      ready,
      stop: async (deadlineMs) => {
        stopped = true;
        await Promise.all([pages?.stop(deadlineMs), stopChildren(deadlineMs)]);
      },
    };
  }

  const ready = built.then(seconds);
  ready.catch(tellFailure);
  const front = await listenOnDemand({
    idleMs,
    log,
    start: async () => {
      if (!isBuilt) return undefined;
      const serving = serve(await built, await freePort());
      const isUp = await Promise.race([serving.ready.then(() => true), pause(patienceMs, false, { ref: false })]);
      if (isUp) return serving;
      await serving.stop(0);
      return undefined;
    },
  });
  return {
    port: front.port,
    onDemand: true,
    ready,
    stop: async (deadlineMs) => {
      stopped = true;
      await Promise.all([front.stop(deadlineMs), stopChildren(deadlineMs)]);
    },
  };
};
