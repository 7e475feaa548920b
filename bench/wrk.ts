import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Load } from "./measured.ts";

interface RunLoad {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent by POST; undefined: GET. */
  readonly body?: string | undefined;
  /** Each request carries the next of these as bearer token. */
  readonly bearers?: readonly string[] | undefined;
  readonly connections: number;
  readonly seconds: number;
}

const rotate = (bearersFile: string): string => `
local bearers = {}
for line in io.lines(${JSON.stringify(bearersFile)}) do bearers[#bearers + 1] = "Bearer " .. line end
local turn = 0
request = function()
  turn = turn % #bearers + 1
  wrk.headers["authorization"] = bearers[turn]
  return wrk.format()
end
`;

const script = ({ headers, body }: RunLoad, bearersFile: string | undefined): string => `
${body === undefined ? "" : `wrk.method = "POST"\nwrk.body = ${JSON.stringify(body)}`}
${Object.entries(headers)
  .map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`)
  .join("\n")}
${bearersFile === undefined ? "" : rotate(bearersFile)}
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
`;

/** Drives load with wrk: one thread, closed loop. */
export const runLoad = async (options: RunLoad): Promise<Load> => {
  const folder = await mkdtemp(join(tmpdir(), "nexus-wrk-"));
  const file = join(folder, "load.lua");
  const bearersFile = options.bearers && join(folder, "bearers.txt");
  if (bearersFile) await writeFile(bearersFile, `${options.bearers?.join("\n")}\n`, { mode: 0o600 });
  await writeFile(file, script(options, bearersFile));
  try {
    const output = await new Promise<string>((resolve, reject) => {
      const child = spawn("wrk", [
        "-t1",
        `-c${options.connections}`,
        `-d${options.seconds}s`,
        "--timeout",
        "30s",
        "-s",
        file,
        options.url,
      ]);
      let text = "";
      child.stdout.on("data", (chunk) => (text += chunk));
      child.stderr.on("data", (chunk) => (text += chunk));
      child.once("error", () =>
        reject(new Error("wrk is needed as load generator: install it (Debian: apt-get install wrk).")),
      );
      child.once("exit", () => resolve(text));
    });
    const match = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(output);
    if (!match) throw new Error(`wrk said nothing usable:\n${output}`);
    const [requests = 0, microseconds = 1, errors = 0, p50 = 0, p99 = 0, p999 = 0] = match.slice(1).map(Number);
    return {
      requests,
      errors,
      requestsPerSecond: requests / (microseconds / 1e6),
      p50Ms: p50 / 1000,
      p99Ms: p99 / 1000,
      p999Ms: p999 / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
