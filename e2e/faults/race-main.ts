import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOwnPostgres } from "./own-postgres.ts";
import { race } from "./race.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    rounds: { type: "string", default: "20" },
    calls: { type: "string", default: "200" },
    processes: { type: "string", default: "1,2,4" },
  },
});

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

print({
  race: "budget",
  seed: Number(values.seed),
  rounds: Number(values.rounds),
  calls: Number(values.calls),
  processes: values.processes,
});
const dataDir = await mkdtemp(join(tmpdir(), "nexus-race-"));
const postgres = await startOwnPostgres(dataDir);
try {
  const verdict = await race({
    databaseUrl: postgres.databaseUrl,
    dataDir,
    seed: Number(values.seed),
    rounds: Number(values.rounds),
    calls: Number(values.calls),
    processes: values.processes.split(",").map(Number),
    onRound: print,
  });
  print({ verdict: verdict.failed === 0 ? "passed" : "failed", ...verdict });
  process.exitCode = verdict.failed === 0 ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
