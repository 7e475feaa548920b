import type { ChildProcess } from "node:child_process";
import type { Logger } from "../platform/logger.ts";
import { endProcess, forkChild, isChildMessage, type Program } from "./fork-child.ts";
import type { Standby, StandbyProcess } from "./standby.ts";

/** A child process that is started again when it dies, until it is stopped. */
export interface Child {
  readonly name: string;
  readonly pid: () => number | undefined;
  /** Resolves when the child said it was ready for the first time. */
  readonly ready: Promise<unknown>;
  /**
   * Another configuration, for this child and for those started in its place. Resolves when the child works with it, or
   * has gone: its successor asks again. Rejects where it does not answer in time.
   */
  readonly reconfigure: (config: unknown) => Promise<void>;
  /** SIGTERM, then SIGKILL at the deadline; resolves when it has gone. */
  readonly stop: (deadlineMs: number) => Promise<void>;
}

interface StartChild extends Program {
  readonly name: string;
  /** Sent once the child asks for it and it is known: secrets travel by this channel and appear in no environment. */
  readonly config?: unknown;
  readonly log: Logger;
  /** Lines the child writes to its standard output and error. */
  readonly onOutput?: (text: string) => void;
  /** What the child has to say, once it works. */
  readonly onNote?: (note: unknown) => void;
  /** How often a child's heartbeat is checked; one that misses twelve in a row is killed. */
  readonly watchMs?: number;
  /** How long a child that somebody else terminated may take to end; its successor starts at once. */
  readonly leaveMs?: number;
  /** Whatever is prepared there takes the place of one that dies. */
  readonly standby?: Standby | undefined;
}

const minPauseMs = 50;
/** A service that keeps dying is back, each time, within two seconds. */
const maxPauseMs = 500;
const healthyAfterMs = 30_000;
const defaultLeaveMs = 60_000;
const defaultWatchMs = 5_000;
/** Times, not a span of time: a machine that slept, and a parent that was busy, have looked once. */
const maxSilentLooks = 12;
const reconfigureTimeoutMs = 30_000;
const takeOverMs = 5_000;

/** The child was not able to start; restarting would not help. */
export class ChildFailed extends Error {
  constructor(name: string, detail: unknown, lastWords = "") {
    super([typeof detail === "string" ? detail : `${name} could not start`, lastWords].filter(Boolean).join("\n"));
    this.name = "ChildFailed";
  }
}

const keptLines = 12;

/** Kills a child whose event loop is blocked: it would keep its connections, and accept new ones, for ever. */
const watchOver = (child: ChildProcess, name: string, watchMs: number, log: Logger): (() => void) => {
  let silentLooks = 0;
  const timer = setInterval(() => {
    silentLooks += 1;
    if (silentLooks <= maxSilentLooks) return;
    clearInterval(timer);
    log.error({ child: name, pid: child.pid }, "child process has been silent for a minute; ending it");
    child.kill("SIGKILL");
  }, watchMs);
  timer.unref();
  child.once("exit", () => clearInterval(timer));
  return () => (silentLooks = 0);
};

/** One that was prepared has only to listen; one that does not is replaced by one that starts from the beginning. */
const goOn = ({ process: taken, configured, prepared }: StandbyProcess, name: string, log: Logger): void => {
  // One that has not asked for its configuration yet gets it when it asks, as any other.
  if (!configured) return;
  taken.send({ go: true }, () => undefined);
  if (!prepared) return;
  const late = setTimeout(() => {
    log.error({ child: name, pid: taken.pid }, "standby process did not take over; ending it");
    taken.kill("SIGKILL");
  }, takeOverMs);
  taken.on("message", (message) => {
    if (isChildMessage(message) && message.type === "ready") clearTimeout(late);
  });
  taken.once("exit", () => clearTimeout(late));
};

/** Forks a TypeScript entry under this Node and keeps it running. */
export const startChild = ({
  name,
  config: firstConfig,
  log,
  onOutput,
  onNote,
  watchMs = defaultWatchMs,
  leaveMs = defaultLeaveMs,
  standby,
  ...program
}: StartChild): Child => {
  const ready = Promise.withResolvers<unknown>();
  ready.promise.catch(() => undefined);
  let child: ChildProcess | undefined;
  /** Those that take nothing new any more, and end. */
  const leaving = new Set<ChildProcess>();
  let config = firstConfig;
  let revision = 0;
  /** The children that were sent a configuration; others will ask for the newest. */
  const configured = new WeakSet<ChildProcess>();
  let stopping = false;
  let everReady = false;
  let pauseMs = minPauseMs;
  let timer: NodeJS.Timeout | undefined;

  const sendConfig = async (born: ChildProcess): Promise<void> => {
    const known = await config;
    configured.add(born);
    if (born.connected) born.send({ config: known }, () => undefined);
  };

  const spawn = (): void => {
    const startedAt = Date.now();
    const taken = everReady ? standby?.take() : undefined;
    const born = taken?.process ?? forkChild(program);
    child = born;
    let lastWords: readonly string[] = [];
    const tell = (chunk: Buffer): void => {
      const text = chunk.toString("utf8");
      if (!everReady) lastWords = [...lastWords, ...text.split("\n").filter(Boolean)].slice(-keptLines);
      onOutput?.(text);
    };
    born.stdout?.on("data", tell);
    born.stderr?.on("data", tell);
    born.on("error", (error) => {
      log.error({ err: error, child: name }, "child process failed");
      if (born.pid === undefined) ready.reject(new ChildFailed(name, `${name} cannot be run: ${error.message}`));
    });
    let sawAlive: (() => void) | undefined;
    born.on("message", (message) => {
      if (!isChildMessage(message)) return;
      if (message.type === "config") void sendConfig(born);
      else if (message.type === "configured" || message.type === "prepared") return;
      else if (message.type === "alive") (sawAlive ??= watchOver(born, name, watchMs, log))();
      else if (message.type === "note") onNote?.(message.detail);
      else if (message.type === "ready") {
        everReady = true;
        ready.resolve(message.detail);
        standby?.prepare();
      } else if (message.type === "leaving") letLeave(born);
      else ready.reject(new ChildFailed(name, message.detail));
    });
    born.on("exit", (code, signal) => {
      if (leaving.delete(born)) return;
      if (child === born) child = undefined;
      if (stopping) return;
      log.error({ child: name, code, signal }, "child process ended; starting it again");
      if (!everReady) {
        stopping = true;
        const end = `${name} ended with ${signal ?? `code ${code}`} before it was ready`;
        // Its last words may arrive after it has gone.
        born.once("close", () => ready.reject(new ChildFailed(name, end, lastWords.join("\n"))));
        return;
      }
      pauseMs = Date.now() - startedAt > healthyAfterMs ? minPauseMs : Math.min(pauseMs * 2, maxPauseMs);
      timer = setTimeout(spawn, pauseMs);
    });
    if (!taken) return;
    if (taken.configured) configured.add(born);
    log.warn({ child: name, pid: born.pid, prepared: taken.prepared }, "standby process takes over");
    goOn(taken, name, log);
  };

  const letLeave = (born: ChildProcess): void => {
    if (stopping || child !== born) return;
    log.warn({ child: name, pid: born.pid }, "child process was told to end by somebody else; its successor starts");
    leaving.add(born);
    const kill = setTimeout(() => born.kill("SIGKILL"), leaveMs);
    born.once("exit", () => clearTimeout(kill));
    spawn();
  };

  const reconfigure = (next: unknown): Promise<void> => {
    config = next;
    revision += 1;
    const running = child;
    const sent = revision;
    if (!running?.connected || !configured.has(running)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const done = (error?: Error): void => {
        clearTimeout(deadline);
        running.off("message", onMessage);
        running.off("exit", onExit);
        if (error) reject(error);
        else resolve();
      };
      const onMessage = (message: unknown): void => {
        if (isChildMessage(message) && message.type === "configured" && message.detail === sent) done();
      };
      const onExit = (): void => done();
      const deadline = setTimeout(
        () => done(new Error(`${name} did not take its new configuration`)),
        reconfigureTimeoutMs,
      );
      running.on("message", onMessage);
      running.on("exit", onExit);
      // A channel that has closed belongs to a child that is ending: its exit, or the deadline, decides.
      running.send({ config: next, revision: sent }, () => undefined);
    });
  };

  spawn();
  return {
    name,
    pid: () => child?.pid,
    ready: ready.promise,
    reconfigure,
    stop: async (deadlineMs) => {
      stopping = true;
      clearTimeout(timer);
      await Promise.all([...leaving, ...(child ? [child] : [])].map((running) => endProcess(running, deadlineMs)));
    },
  };
};
