import { parseArgs } from "node:util";
import { runActCampaign } from "./act-campaign.ts";
import { actVerdicts, judgeActs } from "./act-judge.ts";

// `npm run campaign -- --act`: seeded runs of operations that act, against vendors that do, and the judge's verdict.

const { values } = parseArgs({
  options: {
    act: { type: "boolean" },
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    gateways: { type: "string", default: "3" },
    callers: { type: "string", default: "60" },
  },
});
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const began = Date.now();
const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ atSeconds: Math.round((Date.now() - began) / 1_000), ...line })}\n`);

print({ campaign: "act", seed, runs, gateways: Number(values.gateways) });
const evidence = await runActCampaign({
  seed,
  runs,
  gateways: Number(values.gateways),
  callers: Number(values.callers),
  patienceMs: 45_000,
  print,
});
const findings = judgeActs(evidence, runs);
for (const { verdict, what } of findings.slice(0, 50)) print({ finding: verdict, what });
const whyFailed = ({ by, attempts }: (typeof evidence.rows)[number]): string =>
  `${by ?? "the call"}: ${attempts.map(({ evidence: proved }) => proved ?? "unknown").join(", ") || "nothing was sent"}`;
const count = (of: (row: (typeof evidence.rows)[number]) => boolean): number => evidence.rows.filter(of).length;
print({
  verdict: findings.length === 0 ? "passed" : "failed",
  seed,
  runs: evidence.runs.length,
  operations: evidence.rows.length,
  effects: evidence.effects.length,
  succeeded: count(({ progress }) => progress === "succeeded"),
  failed: count(({ progress }) => progress === "failed"),
  needsReview: count(({ progress }) => progress === "needs_review"),
  resolved: Object.fromEntries(
    ["replay", "lookup", "report"].map((who) => [who, count(({ by }) => by === who)] as const),
  ),
  failedBecause: Object.fromEntries(
    [
      ...Map.groupBy(
        evidence.rows.filter(({ progress }) => progress === "failed"),
        whyFailed,
      ),
    ].map(([why, rows]) => [why, rows.length] as const),
  ),
  failedOver: count(({ state, attempts }) => state === "settled" && attempts.length > 1),
  kills: evidence.kills,
  cuts: evidence.cuts,
  outages: evidence.outages,
  faults: evidence.faults,
  verdicts: Object.fromEntries(
    actVerdicts.map((verdict) => [verdict, findings.filter((finding) => finding.verdict === verdict).length] as const),
  ),
});
process.exitCode = findings.length === 0 ? 0 : 1;
