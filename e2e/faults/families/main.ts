import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOwnPostgres } from "../own-postgres.ts";
import { runFamiliesCampaign } from "./families-campaign.ts";
import { familyVerdicts, judgeFamilies } from "./families-judge.ts";
import { familiesTable } from "./families-table.ts";
import { planFamilies } from "./family-plan.ts";
import { familyVendors } from "./family-vendors.ts";
import { shortfalls } from "./shortfalls.ts";

// `npm run campaign -- --families`: seeded runs of mail and payments, while vendors, lines and processes fail.

const { values } = parseArgs({
  options: {
    families: { type: "boolean" },
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    gateways: { type: "string", default: "4" },
    callers: { type: "string", default: "24" },
    /** Where each run is written, with all that its caller heard. */
    log: { type: "string" },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const began = Date.now();
const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ atSeconds: Math.round((Date.now() - began) / 1_000), ...line })}\n`);

print({ campaign: "families", seed, runs, gateways: Number(values.gateways) });
const dataDir = await mkdtemp(join(tmpdir(), "nexus-families-postgres-"));
const postgres = await startOwnPostgres(dataDir);
try {
  const evidence = await runFamiliesCampaign({
    seed,
    plans: planFamilies(seed, runs, familyVendors),
    vendors: familyVendors,
    gateways: Number(values.gateways),
    callers: Number(values.callers),
    patienceMs: 45_000,
    databaseUrl: postgres.databaseUrl,
    crowd: 100,
    disturbs: true,
    print,
  });
  if (values.log !== undefined)
    await writeFile(values.log, evidence.runs.map((run) => `${JSON.stringify(run)}\n`).join(""));
  for (const row of familiesTable(evidence)) print(row);
  const findings = judgeFamilies(evidence);
  const missing = shortfalls(evidence, runs);
  for (const { verdict, what } of findings.slice(0, 50)) print({ finding: verdict, what });
  for (const what of missing) print({ finding: "enough was seen", what });
  const { rows, effects, cuts, outages, kills, samples } = evidence;
  const count = (of: (row: (typeof rows)[number]) => boolean): number => rows.filter(of).length;
  const passed = findings.length === 0 && missing.length === 0;
  print({
    verdict: passed ? "passed" : "failed",
    seed,
    runs: evidence.runs.length,
    operations: rows.length,
    effects: effects.length,
    succeeded: count(({ progress }) => progress === "succeeded"),
    failed: count(({ progress }) => progress === "failed"),
    needsReview: count(({ progress }) => progress === "needs_review"),
    resolved: count(({ by }) => by !== null),
    failedOver: count(({ state, attempts }) => state === "settled" && attempts.length > 1),
    copies: familiesTable(evidence).reduce((sum, { copies }) => sum + copies, 0),
    kills,
    cuts,
    outages,
    samples,
    verdicts: Object.fromEntries(
      familyVerdicts.map((verdict) => [verdict, findings.filter((one) => one.verdict === verdict).length] as const),
    ),
  });
  process.exitCode = passed ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
