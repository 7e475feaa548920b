import type { ChildProcess } from "node:child_process";
import type { Logger } from "../platform/logger.ts";
import { endProcess, forkChild, isChildMessage, type Program } from "./fork-child.ts";

/** A process that takes the place of one that died; which of its steps are behind it. */
export interface StandbyProcess {
  readonly process: ChildProcess;
  /** It has its configuration, and waits to be told to go on. */
  readonly configured: boolean;
  /** It has done everything that can be done before it is needed. */
  readonly prepared: boolean;
}

/** Keeps one process prepared, so that the successor of one that died has nothing left to do but to listen. */
export interface Standby {
  /** The one that is there, if any; it is the caller's from then on. */
  readonly take: () => StandbyProcess | undefined;
  /** Asks for one, unless there is one; told by whoever has just become ready. */
  readonly prepare: () => void;
  /** Whether one is prepared now. */
  readonly isPrepared: () => boolean;
  /** Another configuration: one that was prepared with the earlier one makes room for another. */
  readonly reconfigure: (config: unknown) => Promise<void>;
  readonly stop: (deadlineMs: number) => Promise<void>;
}

interface KeepStandby extends Program {
  /** Or what resolves with it. */
  readonly config: unknown;
  readonly log: Logger;
  readonly onOutput?: (text: string) => void;
  /** What has just started is not disturbed for so long. */
  readonly firstPauseMs?: number;
}

/** The first answers of the one that took over come before. */
const laterPauseMs = 1_000;
const minRetryMs = 1_000;
const maxRetryMs = 60_000;
const replaceMs = 2_000;

type Kept = { -readonly [Field in keyof StandbyProcess]: StandbyProcess[Field] };

/** Starts nothing before it is asked to prepare. */
export const keepStandby = ({
  config: firstConfig,
  log,
  onOutput,
  firstPauseMs = 5_000,
  ...program
}: KeepStandby): Standby => {
  let config = firstConfig;
  let kept: Kept | undefined;
  let letGo: () => void = () => undefined;
  let pauseMs = firstPauseMs;
  let retryMs = minRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const sendConfig = async (one: Kept): Promise<void> => {
    const known = await config;
    one.configured = true;
    if (one.process.connected) one.process.send({ config: known, standby: true }, () => undefined);
  };

  const start = (): void => {
    timer = undefined;
    if (stopped || kept) return;
    pauseMs = laterPauseMs;
    const born = forkChild(program);
    const one: Kept = { process: born, configured: false, prepared: false };
    const onMessage = (message: unknown): void => {
      if (!isChildMessage(message)) return;
      if (message.type === "config") void sendConfig(one);
      else if (message.type === "prepared") {
        one.prepared = true;
        retryMs = minRetryMs;
      } else if (message.type === "failed") log.warn({ reason: message.detail }, "standby process could not prepare");
    };
    const onExit = (code: number | null, signal: string | null): void => {
      if (kept === one) kept = undefined;
      if (stopped) return;
      log.warn({ pid: born.pid, code, signal, retryMs }, "standby process ended; starting another");
      startAfter(retryMs);
      retryMs = Math.min(retryMs * 2, maxRetryMs);
    };
    const onError = (error: Error): void => {
      log.warn({ err: error }, "standby process failed");
      if (born.pid === undefined) onExit(null, null);
    };
    const tell = (chunk: Buffer): void => onOutput?.(chunk.toString("utf8"));
    born.on("message", onMessage).on("exit", onExit).on("error", onError);
    born.stdout?.on("data", tell);
    born.stderr?.on("data", tell);
    kept = one;
    letGo = () => {
      kept = undefined;
      born.off("message", onMessage).off("exit", onExit).off("error", onError);
      born.stdout?.off("data", tell);
      born.stderr?.off("data", tell);
    };
  };

  const startAfter = (afterMs: number): void => {
    if (!stopped && !kept) timer ??= setTimeout(start, afterMs);
  };

  return {
    take: () => {
      const taken = kept;
      if (!taken?.process.connected) return undefined;
      letGo();
      return taken;
    },
    prepare: () => startAfter(pauseMs),
    isPrepared: () => kept?.prepared === true,
    reconfigure: async (next) => {
      config = next;
      const outdated = kept;
      if (!outdated?.configured) return;
      letGo();
      outdated.process.on("error", () => undefined);
      await endProcess(outdated.process, replaceMs);
      startAfter(pauseMs);
    },
    stop: async (deadlineMs) => {
      stopped = true;
      clearTimeout(timer);
      if (kept) await endProcess(kept.process, deadlineMs);
    },
  };
};
