import { join } from "node:path";
import { readEnv, type Env } from "./platform/env.ts";
import { createLogger, type Logger } from "./platform/logger.ts";
import { createProgress, red } from "./platform/progress.ts";
import { makeDataFolder } from "./process/data-folder.ts";
import { dataDirOf, environment } from "./process/environment.ts";
import { explainStartError } from "./process/explain-start-error.ts";
import { startProduct, type Product } from "./process/start-product.ts";

// The process: brings everything up in order, prints where to go, takes everything down in reverse.

const progress = createProgress();
/** Beyond the time that calls and streams get: for the parts to end. */
const stopGraceMs = 45_000;

const fail = (error: unknown, env: Env | undefined, logFile: string | undefined): never => {
  const explained = explainStartError(error, env?.DATABASE_URL === undefined);
  const reason = error instanceof Error ? error.message : String(error);
  progress.say(
    `\n${red("Topolo Nexus did not start.")}\n${explained ?? reason}${explained === undefined && logFile ? `\nThe log ${logFile} has more.` : ""}\n`,
  );
  process.exit(1);
};

const readEnvOrFail = (): Env => {
  try {
    return readEnv(environment());
  } catch (error) {
    return fail(error, undefined, undefined);
  }
};

const run = (env: Env, dataDir: string, log: Logger, logFile: string | undefined): void => {
  let stopping = false;
  const stop = async (reason: string, exitCode = 0): Promise<void> => {
    if (stopping) return;
    stopping = true;
    progress.say(`\n${reason}: finishing what is under way …`);
    setTimeout(() => {
      log.fatal("a part did not stop in time");
      process.exit(1);
    }, env.NEXUS_DRAIN_TIMEOUT_MS + stopGraceMs);
    // What is still starting is let finish: a part that is half up cannot be taken down.
    const product = await starting;
    await product?.stop();
    progress.say("Stopped.");
    process.exit(exitCode);
  };
  const starting: Promise<Product | undefined> = startProduct({ env, dataDir, log, logFile, progress }).catch(
    (error: unknown) => {
      log.fatal({ err: error }, "start failed");
      return stopping ? undefined : fail(error, env, logFile);
    },
  );

  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("Ctrl-C"));
  // Before anything can send it: unheard, it would end the process.
  process.on("SIGHUP", () => void starting.then((product) => (stopping ? undefined : product?.reloadKeys())));
  process.on("disconnect", () => void stop("The starting process has gone"));
  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught exception");
    void stop("An error that nobody foresaw", 1);
  });
};

const env = readEnvOrFail();
const dataDir = dataDirOf(env);
try {
  await makeDataFolder(dataDir);
} catch (error) {
  fail(error, env, undefined);
}
// People read standard output; the structured log goes beside it, or to standard error in production.
const logFile = env.LOG_FILE ?? (env.NODE_ENV === "production" ? undefined : join(dataDir, "nexus.log"));
run(
  env,
  dataDir,
  createLogger({ name: "nexus", level: env.LOG_LEVEL, ...(logFile === undefined ? {} : { destination: logFile }) }),
  logFile,
);
