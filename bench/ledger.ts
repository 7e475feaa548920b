import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { systemClock } from "../server/platform/clock.ts";
import { ensureDatabase, startEmbeddedPostgres } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { newId } from "../server/platform/ids.ts";
import { openLedger, type HoldFacts } from "../server/platform/ledger/index.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { percentile } from "./percentile.ts";
import { settings } from "./settings.ts";

const callerCounts = [1, 16, 64, 256];

const organizationId = "org_bench";
const facts: HoldFacts = {
  appId: "srv_bench",
  userId: "usr_bench",
  keyId: "key_bench",
  operation: "ai.generateText",
  effect: "read",
  vendor: "openai",
  model: "gpt-4o-mini",
  requestedModel: "openai/gpt-4o-mini",
  credentialTier: "byok",
  credentialId: "0199aaaa-0000-7000-8000-000000000001",
  credentialVersion: 1,
  priceIds: ["catalogue:2026-11-01"],
  door: "openai",
  requestId: "req_bench",
};
const result = {
  units: { input: 812, cacheRead: 0, output: 143 },
  rawUsage: {
    prompt_tokens: 812,
    completion_tokens: 143,
    total_tokens: 955,
    prompt_tokens_details: { cached_tokens: 0 },
  },
  responseModel: "gpt-4o-mini-2024-07-18",
  vendorRequestId: "req_0123456789abcdef",
  status: 200,
  latencyMs: 412,
  streamed: false,
};

/** Reserve and settle pairs a second on one hot organization with three budget levels, on a durable server of its own. */
export const ledger = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const server = await startEmbeddedPostgres({ dataDir, log });
  try {
    const connectionString = await ensureDatabase(server, "bench");
    await migrate({ connectionString, schema: "nexus", folder: join(import.meta.dirname, "..", "prisma", "nexus") });
    const admin = new Client({ connectionString });
    await admin.connect();
    for (const [scope, scopeId] of [
      ["organization", null],
      ["app", "srv_bench"],
    ]) {
      await admin.query(
        "select nexus.nexus_set_budget($1, $2, $3, $4, 'month', 'calendar', 'nanoUsd', true, 4000000000000000000, '{}', 'UTC')",
        [newId(), organizationId, scope, scopeId],
      );
    }
    const { rows } = await admin.query<{ id: string; epoch: string }>(
      "select id::text, epoch::text from nexus.budget where org_id = $1 and clock_timestamp() between starts_at and ends_at order by id",
      [organizationId],
    );
    const levels = rows.map(({ id }) => BigInt(id));
    const epoch = BigInt(rows[0]?.epoch ?? "0");
    const opened = await openLedger({
      connectionString,
      processId: newId(),
      clock: systemClock,
      log,
      requireDurability: true,
    });
    console.log(`  ${levels.length} levels, ${settings.seconds} s each\n`);
    console.log("  callers   keyed   pairs/s    ratio  reserve p50  p99 ms");

    let baseline: number | undefined;
    for (const [callers, keyed] of callerCounts.flatMap(
      (count) =>
        [
          [count, false],
          [count, true],
        ] as const,
    )) {
      const times: number[] = [];
      let pairs = 0;
      const pair = async (): Promise<void> => {
        const operationId = newId();
        const before = performance.now();
        const idempotency = keyed
          ? { key: crypto.getRandomValues(new Uint8Array(32)), fingerprint: crypto.getRandomValues(new Uint8Array(32)) }
          : undefined;
        const reply = await opened.reserve({
          operationId,
          organizationId,
          levels,
          epoch,
          heldNanos: 1_000_000n,
          ttlMs: 60_000,
          idempotency,
          facts,
        });
        if (reply.status !== "held") throw new Error(`not held: ${reply.status}`);
        times.push(performance.now() - before);
        const ended = await opened.settle({
          operationId,
          end: "settled",
          costNanos: 207_600n,
          source: "provider",
          result,
          attempts: [
            {
              n: 1,
              vendor: facts.vendor,
              model: facts.model,
              credentialTier: facts.credentialTier,
              credentialId: facts.credentialId,
              outcome: "answered",
              status: 200,
              durationMs: 411,
            },
          ],
        });
        if (ended !== "settled") throw new Error(`not settled: ${ended}`);
        pairs += 1;
      };
      const run = async (seconds: number): Promise<number> => {
        const start = performance.now();
        const end = start + seconds * 1_000;
        pairs = 0;
        times.length = 0;
        await Promise.all(
          Array.from({ length: callers }, async () => {
            while (performance.now() < end) await pair();
          }),
        );
        return (pairs * 1_000) / (performance.now() - start);
      };
      await run(1);
      const rate = await run(settings.seconds);
      baseline ??= rate;
      const [p50, p99] = [percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1)];
      const ratio = `${(rate / baseline).toFixed(1)}×`;
      console.log(
        `  ${String(callers).padStart(7)}  ${(keyed ? "yes" : "no").padStart(6)}  ${rate.toFixed(0).padStart(8)}  ${ratio.padStart(7)}  ${p50.padStart(11)}  ${p99.padStart(6)}`,
      );
    }

    const check = await admin.query<{ agree: boolean; entries: string }>(
      `
      select b.spent + b.overrun = e.amount and b.reserved = 0 as agree, e.n::text as entries
        from nexus.budget b, (select sum(amount) amount, count(*) n from nexus.entry where org_id = $1) e where b.org_id = $1 and b.rule_id is null`,
      [organizationId],
    );
    console.log(`  sums ${check.rows[0]?.agree ? "agree" : "DISAGREE"} over ${check.rows[0]?.entries} entries`);
    await opened.close();
    await admin.end();
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
