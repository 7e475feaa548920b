import { pino, type Logger as PinoLogger, type LoggerOptions } from "pino";
import type { LogRotation } from "./log-rotation.ts";
import { openLogSink } from "./log-sink.ts";
import { descriptorTarget, fileTarget } from "./log-target.ts";

export type Logger = PinoLogger;

/** Paths that are masked wherever they turn up; nothing should log them in the first place. */
const redact = [
  "authorization",
  "cookie",
  "apiKey",
  "secret",
  "password",
  "token",
  "credential",
  "headers",
  "body",
].flatMap((name) => [name, `*.${name}`]);

/** Errors are logged by name, code and stack; driver errors carry rows and requests carry payloads, which stay out. */
const serializeError = (error: unknown): Record<string, unknown> => {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 500) };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const cause = error.cause === undefined ? undefined : serializeError(error.cause);
  return { name: error.name, message: error.message.slice(0, 500), code, stack: error.stack?.slice(0, 4_000), cause };
};

interface CreateLogger {
  readonly name: string;
  readonly level: string;
  /** Where lines go; standard error by default, so that standard output stays for people. */
  readonly destination?: string | number;
  /** When a file is put aside; undefined leaves that to others, whose rotation is followed. */
  readonly rotation?: LogRotation | undefined;
}

/** Kept while the destination takes nothing; beyond it, lines are dropped. */
const maxBufferedBytes = 8 * 1024 * 1024;

let droppedLines = 0;

/** Lines that no logger of this process could keep, since it began. */
export const droppedLogLines = (): number => droppedLines;

/** One JSON object a line. A full disk or a closed pipe costs lines, never the process. */
export const createLogger = ({ name, level, destination = 2, rotation }: CreateLogger): Logger => {
  const options: LoggerOptions = {
    name,
    level,
    base: { pid: process.pid },
    redact: { paths: redact, censor: "[redacted]" },
    serializers: { err: serializeError, error: serializeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  const log: Logger = pino(
    options,
    openLogSink({
      target: typeof destination === "number" ? descriptorTarget(destination) : fileTarget(destination, rotation),
      maxBytes: maxBufferedBytes,
      onDropped: (lines) => {
        droppedLines += lines;
      },
      onRecovered: (dropped) => log.warn({ dropped }, "log lines could not be written and were dropped"),
    }),
  );
  return log;
};

/** A logger that writes nothing. */
export const silentLogger: Logger = pino({ level: "silent" });
