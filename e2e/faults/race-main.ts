import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openHosts } from "./hosts/open-hosts.ts";
import { measureReach } from "./hosts/measure-reach.ts";
import { startOwnPostgres } from "./own-postgres.ts";
import { race } from "./race.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    rounds: { type: "string", default: "20" },
    calls: { type: "string", default: "200" },
    processes: { type: "string" },
    /** So many, each in a network of its own, and the database in another. */
    hosts: { type: "string" },
  },
});

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const hosts = values.hosts === undefined ? 0 : Number(values.hosts);
const processes = values.processes ?? (hosts > 0 ? String(hosts) : "1,2,4");
const network = hosts > 0 ? await openHosts(hosts, print) : undefined;
/** How often each change that all hosts must obey is made. */
const changes = 10;

const run = async (): Promise<boolean> => {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-race-"));
  const postgres = await startOwnPostgres(dataDir, {}, { host: network?.host("database") });
  let kept = true;
  try {
    const verdict = await race({
      databaseUrl: postgres.databaseUrl,
      dataDir,
      seed: Number(values.seed),
      rounds: Number(values.rounds),
      calls: Number(values.calls),
      processes: processes.split(",").map(Number),
      onRound: print,
      network,
      afterwards: async (cluster, gateways) => {
        if (!network) return;
        for (const measured of await measureReach({ cluster, gateways, network }, changes)) {
          kept &&= measured.kept;
          print({ reach: measured.change, ...measured });
        }
      },
    });
    const passed = verdict.failed === 0 && kept;
    print({ verdict: passed ? "passed" : "failed", ...verdict, ...(network && { reach: kept ? "kept" : "broken" }) });
    return passed;
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};

if (hosts === 0 || network) {
  print({
    race: "budget",
    seed: Number(values.seed),
    rounds: Number(values.rounds),
    calls: Number(values.calls),
    processes,
    hosts,
  });
  try {
    process.exitCode = (await run()) ? 0 : 1;
  } finally {
    await network?.close();
  }
}
