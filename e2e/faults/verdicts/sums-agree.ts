import type { OperationAttribution, RollupRow } from "../evidence.ts";
import { signed, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";
import { levelsAgree } from "./limits.ts";

const hour = 3_600_000_000n;

interface Sum {
  calls: bigint;
  cost: bigint;
}

type Counted = OperationAttribution & { readonly vendor: string; readonly model: string; readonly hour: bigint };

const keyOf = (name: RollupRow["name"], { orgId, appId, userId, keyId, vendor, model, hour: at }: Counted): string =>
  JSON.stringify([name, orgId, appId, ...(name === "usage_hour" ? [userId, keyId] : []), vendor, model, String(at)]);

const add = (sums: Map<string, Sum>, key: string, calls: bigint, cost: bigint): void => {
  const sum = sums.get(key) ?? { calls: 0n, cost: 0n };
  sum.calls += calls;
  sum.cost += cost;
  sums.set(key, sum);
};

/** I-10: levels, entries, rows and rollups agree, each recomputed from the rows' own attribution. */
export const sumsAgree = (dossier: Dossier): Finding => {
  const { operations, entries, rows, rollups, booked } = dossier;
  const finding = new Finding("I-10", "levels, entries, rows and rollups agree");
  for (const { operationId, cost } of operations)
    finding.check(
      (cost ?? 0n) === booked(operationId),
      () => `${operationId} cost ${cost}, entries say ${booked(operationId)}`,
    );
  const demanded = new Map<string, Sum>();
  for (const entry of entries) {
    const row = rows.get(entry.operationId);
    if (!finding.check(row !== undefined, () => `an entry belongs to ${entry.operationId}, which is not there`) || !row)
      continue;
    const counted = { ...row, hour: row.createdAt - (row.createdAt % hour) };
    const calls = entry.kind === "cost" || entry.kind === "release" ? 1n : 0n;
    for (const name of ["usage_hour", "usage_hour_app"] as const)
      add(demanded, keyOf(name, counted), calls, signed(entry));
  }
  const summed = new Map<string, Sum>();
  for (const row of rollups) add(summed, keyOf(row.name, row), row.calls, row.cost);
  for (const key of new Set([...demanded.keys(), ...summed.keys()])) {
    const [is, shall] = [summed.get(key), demanded.get(key)];
    finding.check(
      is?.calls === shall?.calls && is?.cost === shall?.cost,
      () => `${key} counts ${is?.calls} calls at ${is?.cost}, its entries ${shall?.calls} at ${shall?.cost}`,
    );
  }
  levelsAgree(dossier, finding);
  return finding;
};
