import { parseArgs } from "node:util";
import { runBillingCampaign } from "./billing-campaign.ts";
import { judgeBilling } from "./billing-judge.ts";

// `npm run campaign -- --billing`: calls that customers' wallets pay for, while gateways are killed; the meters' totals against the ledger.

const { values } = parseArgs({
  options: {
    billing: { type: "boolean" },
    runs: { type: "string", default: "10000" },
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    gateways: { type: "string", default: "3" },
    callers: { type: "string", default: "24" },
    customers: { type: "string", default: "40" },
  },
});
const [runs, kills, seed] = [Number(values.runs), Number(values.kills), Number(values.seed)];
const began = Date.now();
const print = (line: object): void =>
  void process.stdout.write(`${JSON.stringify({ atSeconds: Math.round((Date.now() - began) / 1_000), ...line })}\n`);

print({ campaign: "billing", seed, runs, kills });
const made = await runBillingCampaign({
  seed,
  runs,
  kills,
  gateways: Number(values.gateways),
  callers: Number(values.callers),
  customers: Number(values.customers),
  print,
});
const { evidence, counts } = made;
const findings = judgeBilling(evidence);
for (const { verdict, what } of findings.slice(0, 50)) print({ finding: verdict, what });
const enough = made.kills >= kills && counts.answered + counts.empty > runs / 2 && counts.refused === 0;
if (!enough) print({ finding: "enough was seen", what: JSON.stringify({ kills: made.kills, ...counts }) });
const total = (list: readonly bigint[]): string => list.reduce((sum, one) => sum + one, 0n).toString();
const passed = findings.length === 0 && enough;
print({
  verdict: passed ? "passed" : "failed",
  seed,
  runs,
  ...counts,
  kills: made.kills,
  meterFaults: made.meterFaults,
  charges: evidence.entries.length,
  ledgerNanos: total(evidence.entries.map(({ charged }) => charged)),
  meterEvents: evidence.counted.length,
  meterNanos: total(evidence.counted.map(({ value }) => value)),
});
process.exitCode = passed ? 0 : 1;
