import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Running } from "./upstream.ts";
import { freePort, waitFor } from "./upstream.ts";

export interface StartScript {
  readonly name: string;
  /** What runs the file, where it is not this Node. */
  readonly command?: string;
  readonly file?: string;
  /** What comes before and after the port on the command line. */
  readonly args: (port: number) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly ready: (url: string) => Promise<boolean>;
  readonly readyMs?: number;
}

/** Starts a script as a process of its own on a free port, and waits until it answers. */
export const startScript = async ({
  name,
  command,
  file,
  args,
  env = {},
  ready,
  readyMs,
}: StartScript): Promise<Running> => {
  const port = await freePort();
  const flags = command === undefined ? ["--disable-warning=ExperimentalWarning"] : [];
  const child = spawn(command ?? process.execPath, [...flags, ...(file === undefined ? [] : [file]), ...args(port)], {
    stdio: "ignore",
    env: { ...process.env, ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  await waitFor(name, () => ready(url), readyMs).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, pid: child.pid ?? 0, stop };
};
