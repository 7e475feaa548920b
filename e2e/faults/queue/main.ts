import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openTestGateway } from "../../../test/gateway.ts";
import { openDeps } from "../../fuzz/run-bound.ts";
import { startOwnPostgres } from "../own-postgres.ts";
import { judgeQueue } from "./judge-queue.ts";
import { killQueue } from "./kill-queue.ts";

// `npm run campaign -- --queue`: queued mail, while the processes that send it are killed.

const { values } = parseArgs({
  options: {
    queue: { type: "boolean" },
    kills: { type: "string", default: "50" },
    mails: { type: "string", default: "48" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [kills, mailsPerKill, seed] = [Number(values.kills), Number(values.mails), Number(values.seed)];
const began = Date.now();
const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ atSeconds: Math.round((Date.now() - began) / 1_000), ...line })}\n`);

print({ campaign: "queue", seed, kills, mailsPerKill });
const secrets = {
  encryptionKeys: `k1:${randomBytes(32).toString("base64")}`,
  tokenPepper: randomBytes(32).toString("base64"),
};
const dataDir = await mkdtemp(join(tmpdir(), "nexus-queue-postgres-"));
const postgres = await startOwnPostgres(dataDir);
try {
  const base = await openDeps(postgres.databaseUrl);
  const opened = { base, vendorKey: `sk-queue-${randomBytes(12).toString("hex")}` };
  const test = await openTestGateway({ opened, mail: true, knowsSandbox: true, secrets });
  try {
    const onKill = (killed: number): void => {
      if (killed % 10 === 0) print({ kills: killed });
    };
    const patienceMs = 120_000 + kills * 30_000;
    const mails = await killQueue({ test, secrets, kills, mailsPerKill, seed, onKill, patienceMs });
    const findings = judgeQueue(mails);
    for (const what of findings.slice(0, 50)) print({ finding: what });
    const count = (of: (mail: (typeof mails)[number]) => boolean): number => mails.filter(of).length;
    print({
      verdict: findings.length === 0 ? "passed" : "failed",
      seed,
      kills,
      mails: mails.length,
      sentOnce: count(({ arrived }) => arrived === 1),
      sentTwice: count(({ arrived }) => arrived > 1),
      settled: count(({ state }) => state === "settled"),
      cutOff: count(({ wasCutOff }) => wasCutOff),
      unknown: count(({ state }) => state !== "settled"),
      arrivedUnknown: count(({ state, arrived }) => state !== "settled" && arrived === 1),
    });
    process.exitCode = findings.length === 0 ? 0 : 1;
  } finally {
    await test.close();
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
