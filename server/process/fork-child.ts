import { fork, type ChildProcess } from "node:child_process";

/** What a child process runs. */
export interface Program {
  readonly file: string;
  readonly args?: readonly string[];
  /** Before those of this process, which stand above them; how its heap grows is each program's own. */
  readonly nodeFlags?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What a child process tells its parent. */
export interface ChildMessage {
  readonly type: "config" | "configured" | "prepared" | "ready" | "failed" | "leaving" | "alive" | "note";
  readonly detail?: unknown;
}

export const isChildMessage = (value: unknown): value is ChildMessage =>
  typeof value === "object" && value !== null && "type" in value;

/** Forks a TypeScript entry under this Node. */
export const forkChild = ({ file, args = [], nodeFlags = [], env }: Program): ChildProcess =>
  fork(file, args, {
    env,
    execArgv: [
      ...nodeFlags,
      ...process.execArgv.filter((flag) => !/^--(watch|max-semi-space-size|heap-growing-percent)/.test(flag)),
    ],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });

/** SIGTERM, then SIGKILL at the deadline; resolves when it has gone. */
export const endProcess = async (running: ChildProcess, deadlineMs: number): Promise<void> => {
  if (running.exitCode !== null || running.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => running.once("exit", () => resolve()));
  running.kill("SIGTERM");
  const kill = setTimeout(() => running.kill("SIGKILL"), deadlineMs);
  await gone;
  clearTimeout(kill);
};
