import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { AgentName } from "./agent-packages.ts";
import { installAgent } from "./install-agent.ts";

/** What a run of an agent printed: the objects among its lines. */
export interface AgentOutput {
  readonly code: number | null;
  readonly events: readonly unknown[];
}

/** An agent in folders of its own. */
export interface OpenAgent {
  readonly home: string;
  readonly work: string;
  readonly run: (args: readonly string[]) => Promise<AgentOutput>;
}

const nowhere = "http://127.0.0.1:9";

/** An agent that tells nobody anything but the gateway: every address but loopback leads nowhere. */
export const openAgent = (
  name: AgentName,
  folder: string,
  settings: (home: string) => Readonly<Record<string, string>>,
): OpenAgent => {
  const program = installAgent(name);
  const home = join(folder, "home");
  const work = join(folder, "work");
  mkdirSync(home, { recursive: true });
  mkdirSync(work, { recursive: true });
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: "production",
    PATH: process.env.PATH,
    HOME: home,
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: "127.0.0.1,localhost",
    ...settings(home),
  };
  const run = (args: readonly string[]): Promise<AgentOutput> =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, { cwd: work, env, stdio: ["ignore", "pipe", "pipe"] });
      const printed: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => void printed.push(chunk));
      child.stderr.resume();
      const late = setTimeout(() => child.kill(), 240_000);
      child.on("error", reject);
      child.on("close", (code) => {
        clearTimeout(late);
        const lines = Buffer.concat(printed).toString("utf8").split("\n");
        resolve({ code, events: lines.flatMap((line): unknown[] => (line.startsWith("{") ? [JSON.parse(line)] : [])) });
      });
    });
  return { home, work, run };
};

/** What is at a place of a value; undefined where there is none. */
export const eventValue = (value: unknown, ...path: readonly (string | number)[]): unknown => {
  let found = value;
  for (const key of path) found = typeof found === "object" && found !== null ? Reflect.get(found, key) : undefined;
  return found;
};

/** The text at a place; none where something else is there. */
export const eventText = (value: unknown, ...path: readonly (string | number)[]): string => {
  const found = eventValue(value, ...path);
  return typeof found === "string" ? found : "";
};
