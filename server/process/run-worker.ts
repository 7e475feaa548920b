import { flushCompileCache } from "node:module";
import { setTimeout as pause } from "node:timers/promises";
import type { WorkerConfig } from "../assembly/worker-config.ts";
import { assemble, type Extension } from "../assembly/assemble.ts";
import { newId } from "../platform/ids.ts";
import { createLogger } from "../platform/logger.ts";
import { explainStartError } from "./explain-start-error.ts";
import { outlivePipes } from "./outlive-pipes.ts";
import { parent } from "./parent.ts";
import { listen } from "../transport/listen.ts";
import { listenHealth } from "../transport/listen-health.ts";
import { proxyPages } from "../platform/page-proxy.ts";

/** Beyond the time that calls and streams get: for the ledger and the connections. */
const closeMs = 30_000;

/** The parent is this same code base and sends nothing else. */
const asWorkerConfig = (value: unknown): WorkerConfig => value as WorkerConfig;

/** Runs one gateway process: its configuration comes from the parent, its life ends with it. */
export const runWorker = async (extension?: Extension): Promise<void> => {
  outlivePipes();
  /** What the end of the parent means: before anything is up, the end. */
  let leave = (): void => process.exit(0);
  process.on("disconnect", () => leave());
  const config = asWorkerConfig(await parent.config());
  const log = createLogger({
    name: "gateway",
    level: config.logLevel,
    ...(config.logFile === undefined ? {} : { destination: config.logFile, rotation: config.logRotation }),
  });

  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught exception");
    process.exit(1);
  });

  try {
    const needed = Promise.withResolvers<void>();
    if (!parent.isStandby()) needed.resolve();
    const assembled = await assemble({
      config,
      log,
      onFirstAnswer: () => parent.note("answered"),
      extension,
      needed: needed.promise,
    });
    const proxy = config.dashboardPort === undefined ? undefined : proxyPages(() => config.dashboardPort, "dashboard");
    const pages = proxy && { request: proxy.request, upgrade: config.dashboardReloads ? proxy.upgrade : undefined };
    await parent.prepared();
    const listener = await listen({
      dispatch: assembled.dispatch,
      pages,
      secure: config.secure ?? false,
      newId,
      log,
      port: config.port,
      host: config.host,
      reusePort: config.reusePort,
    });

    const health =
      config.healthPort === undefined
        ? undefined
        : await listenHealth({
            dispatch: assembled.dispatch,
            newId,
            port: config.healthPort,
            host: config.host,
            reusePort: config.reusePort,
          });
    needed.resolve();
    let stopping = false;
    const stop = async (): Promise<void> => {
      if (stopping) return;
      stopping = true;
      const { drainDelayMs = 0, drainTimeoutMs } = config;
      log.info({ calls: assembled.callsUnderWay() }, "draining");
      // Nobody else may be left to end what hangs.
      setTimeout(
        () => {
          log.fatal("did not stop in time");
          process.exit(1);
        },
        drainDelayMs + drainTimeoutMs + closeMs,
      );
      assembled.beginDrain();
      // Whoever asks whether it is ready learns first; who was sent here meanwhile is still answered.
      listener.leave();
      await pause(drainDelayMs);
      // Calls are cut a little before connections are, so that their callers still get an error.
      const cutMs = drainTimeoutMs - Math.min(1_000, drainTimeoutMs / 10);
      const drained = Promise.all([listener.drain(drainTimeoutMs), assembled.finish(cutMs)]);
      parent.leaving();
      await drained;
      await health?.close();
      await assembled.close();
      log.info("stopped");
      process.exit(0);
    };
    process.on("SIGTERM", () => void stop());
    process.on("SIGINT", () => undefined);
    // A terminal that closes signals the whole group; the parent decides what follows.
    process.on("SIGHUP", () => undefined);
    leave = () => void stop();
    parent.onReconfigure((next) => {
      try {
        const { encryptionKeys, platformSuperAdminUserId } = asWorkerConfig(next);
        assembled.setPlatformSuperAdmin(platformSuperAdminUserId);
        assembled.reloadKeys(encryptionKeys);
        log.info("encryption keys reloaded");
      } catch (error) {
        log.error({ err: error }, "encryption keys not reloaded");
        throw error;
      }
    });
    // Whoever is started in our place finds the code compiled, even where we are killed.
    flushCompileCache();
    parent.ready({ port: listener.port });
  } catch (error) {
    await parent.failed(explainStartError(error, true) ?? (error instanceof Error ? error.message : "unknown reason"));
    log.fatal({ err: error }, "gateway could not start");
    // What came up before the error would keep the process, and its successor waiting.
    process.exit(1);
  }
};
