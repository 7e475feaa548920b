import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Env } from "../platform/env.ts";
import { logRotationOf } from "../platform/log-rotation.ts";
import { createLogger, type Logger } from "../platform/logger.ts";
import { createProgress, red, type Progress } from "../platform/progress.ts";
import { unknownSettings } from "../platform/unknown-settings.ts";
import { makeDataFolder } from "./data-folder.ts";
import { describeError } from "./describe-error.ts";
import { environment } from "./environment.ts";
import { explainStartError } from "./explain-start-error.ts";
import { outlivePipes } from "./outlive-pipes.ts";

/** What a start has brought up. */
export interface Started {
  readonly stop: () => Promise<void>;
  /** On SIGHUP. */
  readonly reload?: () => Promise<void>;
}

/** What a start is given. */
export interface StartContext {
  readonly env: Env;
  readonly dataDir: string;
  readonly log: Logger;
  readonly logFile: string | undefined;
  readonly progress: Progress;
}

interface RunProcess {
  /** As people know it: "Topolo Nexus". */
  readonly name: string;
  /** File name of the structured log in the data folder. */
  readonly logName: string;
  /** Vendors whose keys may stand among the settings; a key for another is named as unknown. */
  readonly vendorIds?: Iterable<string>;
  /** Throws what is wrong with the settings. */
  readonly readEnv: (source: Readonly<Record<string, string | undefined>>) => Env;
  readonly dataDirOf: (env: Env) => string;
  readonly start: (context: StartContext) => Promise<Started>;
}

/** What was started before an unexpected error, to be stopped. */
const brokenStartGraceMs = 5_000;

/** Beyond the time that calls and streams get: for the parts to end. */
const stopGraceMs = 45_000;

const listen = (
  name: string,
  { env, log, logFile, progress }: StartContext,
  starting: Promise<Started | undefined>,
): (() => boolean) => {
  let stopping = false;
  let isUp = false;
  void starting.then((started) => (isUp = started !== undefined));
  const stop = async (
    reason: string,
    exitCode = 0,
    graceMs = env.NEXUS_DRAIN_DELAY_MS + env.NEXUS_DRAIN_TIMEOUT_MS + stopGraceMs,
  ): Promise<void> => {
    if (stopping) return;
    stopping = true;
    progress.say(`\n${reason}: finishing what is under way …`);
    setTimeout(() => {
      log.fatal("a part did not stop in time");
      process.exit(1);
    }, graceMs);
    // What is still starting is let finish: a part that is half up cannot be taken down.
    await (await starting)?.stop();
    progress.say("Stopped.");
    process.exit(exitCode);
  };
  process.on("SIGTERM", () => void stop("SIGTERM"));
  process.on("SIGINT", () => void stop("Ctrl-C"));
  // Before anything can send it: unheard, it would end the process.
  process.on("SIGHUP", () => void starting.then((started) => (stopping ? undefined : started?.reload?.())));
  process.on("disconnect", () => void stop(`The process that started ${name} has gone`));
  process.on("unhandledRejection", (error) => log.error({ err: error }, "unhandled rejection"));
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught exception");
    // What was being started may wait for an answer that this error was.
    const graceMs = isUp ? undefined : brokenStartGraceMs;
    const where = logFile === undefined ? "" : `\nThe log ${logFile} has more.`;
    progress.say(`\n${red("Unexpected error.")}\n${describeError(error)}${where}`);
    void stop(isUp ? `${name} ends` : `${name} did not start`, 1, graceMs);
  });
  return () => stopping;
};

/** The life of a process: reads its settings, brings everything up in order, and takes everything down in reverse. */
export const runProcess = async ({
  name,
  logName,
  vendorIds,
  readEnv,
  dataDirOf,
  start,
}: RunProcess): Promise<void> => {
  outlivePipes();
  const progress = createProgress();
  const fail = (error: unknown, env?: Env, logFile?: string): never => {
    const explained = explainStartError(error, env?.DATABASE_URL === undefined);
    const more = explained === undefined && logFile ? `\nThe log ${logFile} has more.` : "";
    progress.say(`\n${red(`${name} did not start.`)}\n${explained ?? describeError(error)}${more}\n`);
    process.exit(1);
  };
  let env: Env;
  let settings: ReturnType<typeof environment>;
  try {
    settings = environment();
    env = readEnv(settings);
  } catch (error) {
    return fail(error);
  }
  for (const { name: setting, nearest } of unknownSettings(settings, vendorIds))
    progress.say(
      `  ${red("!")} ${setting} is not a setting of this version and has no effect${nearest === undefined ? "." : `: did you mean ${nearest}?`}`,
    );
  const dataDir = dataDirOf(env);
  await makeDataFolder(dataDir).catch((error: unknown) => fail(error, env));
  // People read standard output; the structured log goes beside it, or to standard error in production.
  const logFile = env.LOG_FILE ?? (env.NODE_ENV === "production" ? undefined : join(dataDir, `${logName}.log`));
  // A log that cannot be written is no reason not to start, but one to say so where it is read.
  if (logFile !== undefined)
    await open(logFile, "a", 0o600).then(
      (file) => file.close(),
      (error: unknown) => progress.say(`  ${red("!")} Nothing is logged while this is so: ${describeError(error)}`),
    );
  const log = createLogger({
    name: logName,
    level: env.LOG_LEVEL,
    ...(logFile === undefined ? {} : { destination: logFile, rotation: logRotationOf(env) }),
  });
  const context: StartContext = { env, dataDir, log, logFile, progress };
  const begun = Promise.withResolvers<Started | undefined>();
  const isStopping = listen(name, context, begun.promise);
  begun.resolve(
    start(context).catch((error: unknown) => {
      log.fatal({ err: error }, "start failed");
      return isStopping() ? undefined : fail(error, env, logFile);
    }),
  );
};
