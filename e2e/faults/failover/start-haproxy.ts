import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Host } from "../hosts/host-network.ts";

interface StartHaproxy {
  /** Its own, on which it listens at loopback; this process's network otherwise. */
  readonly host?: Host | undefined;
  readonly port: number;
  /** Addresses of the three nodes of the database. */
  readonly nodes: readonly string[];
  readonly logFile: string;
}

const configuration = join(import.meta.dirname, "..", "..", "..", "deploy", "high-availability", "haproxy.cfg");

/** Starts HAProxy as it runs beside each gateway; what connects there reaches the primary. */
export const startHaproxy = ({ host, port, nodes, logFile }: StartHaproxy): { readonly close: () => Promise<void> } => {
  const [program, ...args] = [...(host?.command ?? []), "/usr/sbin/haproxy", "-db", "-f", configuration];
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      NODE_ENV: "production",
      NEXUS_DB_BIND: `127.0.0.1:${port}`,
      ...Object.fromEntries(nodes.map((address, index) => [`NEXUS_DB${index + 1}`, address])),
    },
  });
  const log = createWriteStream(logFile, { flags: "a" });
  for (const pipe of [child.stdout, child.stderr]) pipe.pipe(log, { end: false });
  const gone = once(child, "exit");
  return {
    close: async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await gone;
      log.end();
    },
  };
};
