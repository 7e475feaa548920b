import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../../e2e/faults/seeded.ts";
import { holdFacts, openTestLedger, type TestLedger } from "../../../test/ledger.ts";

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

const { between, pick } = createRandom(7);

test("what a scope costs a day is a seventh of what its calls of the last seven days cost, by the hour", async () => {
  const organization = await t.organization();
  const { organizationId } = organization;
  for (let call = 0; call < 60; call += 1) {
    const facts = {
      ...holdFacts,
      appId: pick(["srv_a", "srv_b"]),
      userId: pick(["usr_a", "usr_b"]),
      keyId: pick(["key_a", undefined]),
    };
    const operationId = await t.hold(organization, 1_000n, { facts });
    await t.pool.query(
      "update nexus.operation set created_at = now() - $2 * interval '1 hour' where operation_id = $1",
      [operationId, between(0, 9 * 24)],
    );
    await t.settle(operationId, BigInt(between(1, 1_000)), {});
  }
  await t.pool.query("select nexus.nexus_roll_up_usage(1000)");
  for (const [scope, scopeId, column] of [
    ["organization", null, undefined],
    ["app", "srv_a", "app_id"],
    ["user", "usr_b", "user_id"],
    ["key", "key_a", "key_id"],
  ] as const) {
    const { rows } = await t.pool.query<{ readonly rate: bigint; readonly counted: bigint; readonly all: bigint }>(
      `select nexus.nexus_spend_rate($1, $2, $3) as rate,
              (select (sum(cost) filter (where hour >= date_trunc('hour', now() - interval '7 days')) / 7)::bigint from nexus.usage_hour where org_id = $1
                 and ${column === undefined ? "$3::text is null" : `${column} = $3`}) as counted,
              (select (sum(cost) / 7)::bigint from nexus.usage_hour where org_id = $1) as all`,
      [organizationId, scope, scopeId],
    );
    expect(rows[0]?.rate).toBe(rows[0]?.counted);
    expect(rows[0]?.rate).not.toBe(rows[0]?.all);
    expect(rows[0]?.rate).toBeGreaterThan(0n);
  }
});
