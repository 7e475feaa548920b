import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** Where a program of the system is, if it has one. */
export const findProgram = (name: string): string | undefined =>
  folders.map((folder) => join(folder, name)).find((file) => existsSync(file));

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

interface ForeignServer {
  readonly program: string;
  readonly options: readonly string[];
  readonly port: number;
  /** Who it runs as, where that is somebody else. */
  readonly as?: { readonly uid: number; readonly gid: number };
}

/** Starts a mail server that is not ours and waits until it listens; what it returns ends it. */
export const startMailServer = async ({ program, options, port, as }: ForeignServer): Promise<() => Promise<void>> => {
  const child = spawn(program, options, { stdio: "ignore", ...as });
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  while (!isGone() && !(await answers(port))) await sleep(20);
  if (isGone()) throw new Error(`${program} ended with ${child.exitCode}`);
  return async () => {
    if (isGone()) return;
    const gone = once(child, "exit");
    child.kill();
    await gone;
  };
};
