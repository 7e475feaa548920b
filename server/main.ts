import { isAbsolute, join } from "node:path";
import { mkdir } from "node:fs/promises";
import { readEnv, type Env } from "./platform/env.ts";
import { createLogger } from "./platform/logger.ts";
import { createProgress, red } from "./platform/progress.ts";
import { explainStartError } from "./process/explain-start-error.ts";
import { startProduct, type Product } from "./process/start-product.ts";

// The process: brings everything up in order, prints where to go, takes everything down in reverse.

const progress = createProgress();

const fail = (error: unknown, env: Env | undefined, logFile: string | undefined): never => {
  const explained = explainStartError(error, env?.DATABASE_URL === undefined);
  const text = explained ?? (error instanceof Error ? `${error.message}${logFile ? `\nThe log ${logFile} has more.` : ""}` : String(error));
  progress.say(`\n${red("Topolo Nexus did not start.")}\n${text}\n`);
  process.exit(1);
};

const readEnvOrFail = (): Env => {
  try {
    return readEnv(process.env);
  } catch (error) {
    return fail(error, undefined, undefined);
  }
};

const env = readEnvOrFail();
const dataDir = isAbsolute(env.NEXUS_DATA_DIR) ? env.NEXUS_DATA_DIR : join(process.cwd(), env.NEXUS_DATA_DIR);
await mkdir(dataDir, { recursive: true });
// People read standard output; the structured log goes beside it, or to standard error in production.
const logFile = env.LOG_FILE ?? (env.NODE_ENV === "production" ? undefined : join(dataDir, "nexus.log"));
const log = createLogger({ name: "nexus", level: env.LOG_LEVEL, ...(logFile === undefined ? {} : { destination: logFile }) });

process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));

let product: Product | undefined;
let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  progress.say(`\n${signal}: finishing what is under way …`);
  await product?.stop();
  progress.say("Stopped.");
  process.exit(0);
};
process.on("SIGTERM", () => void stop("SIGTERM"));
process.on("SIGINT", () => void stop("SIGINT"));

try {
  product = await startProduct({ env, dataDir, log, logFile, progress });
  if (stopping) await product.stop();
} catch (error) {
  log.fatal({ err: error }, "start failed");
  fail(error, env, logFile);
}
