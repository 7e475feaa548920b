import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChildProcess } from "node:child_process";
import { Client } from "pg";
import { createGateway } from "../server/assembly/create-gateway.ts";
import { openRuntimeState } from "../server/assembly/open-runtime-state.ts";
import type { CallContext } from "../server/contracts/call-context.ts";
import { email } from "../server/contracts/email.ts";
import { ComposedEmail } from "../server/contracts/email/send-email.ts";
import { seedPlatformDefaults } from "../server/domain/credentials/index.ts";
import { sendEmailRequest } from "../server/families/email/index.ts";
import { call } from "../server/gateway/call.ts";
import type { Gateway } from "../server/gateway/gateway.ts";
import { startQueueWorker } from "../server/gateway/queue-worker.ts";
import { keepQueued } from "../server/gateway/queued-content.ts";
import { systemClock as clock } from "../server/platform/clock.ts";
import { createSecretBox, holdKeys, openPepper } from "../server/platform/crypto/index.ts";
import { openChangeFeed } from "../server/platform/db/change-feed.ts";
import { openDatabase } from "../server/platform/db/database.ts";
import { ensureDatabase, startEmbeddedPostgres } from "../server/platform/db/embedded.ts";
import { migrate } from "../server/platform/db/migrate.ts";
import { createEgress } from "../server/platform/egress/index.ts";
import { newId } from "../server/platform/ids.ts";
import { openLedger } from "../server/platform/ledger/index.ts";
import { silentLogger as log } from "../server/platform/logger.ts";
import { createMetrics } from "../server/platform/metrics.ts";
import { forkChild } from "../server/process/fork-child.ts";
import { providers } from "../server/providers/index.ts";
import { settings } from "./settings.ts";

const organizations = ["alpha", "beta", "gamma", "delta"] as const;
const slots = 32;
const direct = 2_000;
const perStatement = 5_000;

interface Vendor {
  readonly child: ChildProcess;
  readonly port: number;
}

/** What the vendor tells, which is ours and tells nothing else. */
const asTold = (value: unknown): { readonly port: number; readonly taken: number; readonly disordered: number } =>
  value as { port: number; taken: number; disordered: number };

const startVendor = async (): Promise<Vendor> => {
  const file = join(import.meta.dirname, "acknowledging-vendor.ts");
  const child = forkChild({ file, args: [String(slots)], env: process.env });
  child.stdout?.resume();
  child.stderr?.resume();
  const [message]: unknown[] = await once(child, "message");
  return { child, port: asTold(message).port };
};

const ask = async ({ child }: Vendor, question: "count" | "reset"): Promise<{ taken: number; disordered: number }> => {
  child.send(question);
  const [message]: unknown[] = await once(child, "message");
  return asTold(message);
};

const contextOf = (organizationId: string): CallContext => ({
  requestId: newId(),
  door: "rest",
  actor: { kind: "service", tokenId: "nst_bench", userId: undefined },
  organizationId,
  organizationSlug: organizationId,
  admission: { monthlyLimitNanos: undefined },
  appId: undefined,
  userId: undefined,
  keyId: undefined,
  permissions: new Set(["srv_nexus.email:send"]),
  idempotencyKey: newId(),
  signal: new AbortController().signal,
});

const mailOf = (organizationId: string, place: number) =>
  ComposedEmail.parse({
    from: "shop@example.com",
    to: ["ann@example.org"],
    subject: `${organizationId} ${place}`,
    text: "It is on its way. ".repeat(20),
    provider: "resend",
    accept: "queued",
  });

const facts = JSON.stringify({ effect: "act", door: "rest", credentialTier: "platform_default" });

/** Puts rows there by set, as accepting them one by one would have. */
const fill = async (pool: Client, gateway: Gateway, levels: ReadonlyMap<string, string>, due: number, more: number) => {
  const held = 900_000;
  for (let from = 0; from < due; from += perStatement) {
    const rows = Array.from({ length: Math.min(perStatement, due - from) }, (_, at) => {
      const place = from + at;
      const organizationId = organizations[place % organizations.length] ?? "alpha";
      const id = newId();
      const request = sendEmailRequest(mailOf(organizationId, Math.floor(place / organizations.length)));
      const kept = keepQueued(email.send.id, contextOf(organizationId), request.content());
      return { id, organizationId, place, content: gateway.requests.seal(id, kept) };
    });
    await pool.query(
      `with given as (select * from unnest($1::uuid[], $2::text[], $3::int[], $4::bytea[]) g (id, org, place, content)),
            op as (insert into nexus.operation (operation_id, org_id, name, vendor, model, process_id, levels, held, deadline, facts)
                     select g.id, g.org, 'email.send', 'resend', '', '', array[($5::jsonb->>g.org)::bigint], $6, 'infinity', $7::jsonb from given g)
       insert into nexus.act_queue (operation_id, org_id, due_at, expires_at, content)
         select g.id, g.org, now() - interval '1 day' + g.place * interval '1 millisecond', now() + interval '1 day', g.content from given g`,
      [
        rows.map(({ id }) => id),
        rows.map(({ organizationId }) => organizationId),
        rows.map(({ place }) => place),
        rows.map(({ content }) => content),
        JSON.stringify(Object.fromEntries(levels)),
        held,
        facts,
      ],
    );
  }
  // What is not due is not read: its content only has to be as long as that of a mail.
  for (let from = 0; from < more; from += 10_000)
    await pool.query(
      `with given as materialized (select uuidv7() id, (array['alpha', 'beta', 'gamma', 'delta'])[1 + n % 4] org, n from generate_series($1::int, $2::int) n),
            op as (insert into nexus.operation (operation_id, org_id, name, vendor, model, process_id, levels, held, deadline, facts)
                     select g.id, g.org, 'email.send', 'resend', '', '', array[($3::jsonb->>g.org)::bigint], $4, 'infinity', $5::jsonb from given g)
       insert into nexus.act_queue (operation_id, org_id, due_at, expires_at, content)
         select g.id, g.org, now() + interval '1 day' + g.n * interval '1 millisecond', now() + interval '3 days',
                decode(repeat(md5(g.n::text), 50), 'hex') from given g`,
      [from, Math.min(from + 10_000, more) - 1, JSON.stringify(Object.fromEntries(levels)), held, facts],
    );
  await pool.query(
    `update nexus.budget b set reserved = s.held
       from (select org_id, sum(held) held from nexus.operation where state = 'open' group by 1) s where b.org_id = s.org_id and b.rule_id is null`,
  );
  await pool.query("analyze nexus.act_queue");
  await pool.query("analyze nexus.operation");
};

const countSettled = async (pool: Client): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>(
    "select count(*)::int count from nexus.operation where state = 'settled'",
  );
  return rows[0]?.count ?? 0;
};

const megabytes = (): string => `${(process.memoryUsage().rss / 1024 / 1024).toFixed(0)} MB`;

/** How fast due mail leaves a queue, in which order and with how much memory: alone, and where a million waits; against direct sends. */
export const queue = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), "nexus-bench-"));
  const server = await startEmbeddedPostgres({ dataDir, log });
  const vendor = await startVendor();
  try {
    const connectionString = await ensureDatabase(server, "bench");
    await migrate({ connectionString, schema: "nexus", folder: join(import.meta.dirname, "..", "prisma", "nexus") });
    const db = openDatabase({ connectionString, log });
    const feed = await openChangeFeed({ connectionString, log });
    const host = `127.0.0.1:${vendor.port}`;
    const egress = createEgress({ allow: [host], log, clock });
    const secretBox = createSecretBox(holdKeys(`k1:${randomBytes(32).toString("base64")}`));
    const pepper = openPepper(randomBytes(32).toString("base64"));
    const deps = { db, feed, clock, log, secretBox, pepper, vendors: providers, checkBaseUrl: egress.check };
    const own = {
      ...deps,
      platformSuperAdminUserId: undefined,
      directory: {
        lookUp: async () => ({ found: true }) as const,
        namesOf: async () => new Map(),
      },
    };
    await seedPlatformDefaults(
      own,
      new Map([["resend", { secret: { apiKey: "re_bench" }, baseUrl: `http://${host}` }]]),
    );
    const levels = new Map<string, string>();
    for (const organizationId of organizations) {
      const { rows } = await db.pool.query<{ id: string }>("select nexus.nexus_ensure_org($1)::text as id", [
        organizationId,
      ]);
      levels.set(organizationId, rows[0]?.id ?? "");
    }
    const runtime = await openRuntimeState(own, undefined);
    const ledger = await openLedger({ connectionString, processId: newId(), clock, log, requireDurability: true });
    const gateway = createGateway({
      deps: own,
      runtime,
      ledger,
      egress,
      secretBox,
      pepper,
      metrics: createMetrics(),
      sandboxHosts: [host],
      callTimeoutMs: 30_000,
      dashboardUrl: "https://nexus.example",
    });

    const directly = async (count: number): Promise<number> => {
      const begun = performance.now();
      let next = 0;
      await Promise.all(
        Array.from({ length: slots }, async () => {
          for (let n = next++; n < count; n = next++) {
            const organizationId = organizations[n % organizations.length] ?? "alpha";
            await call(
              gateway,
              sendEmailRequest({ ...mailOf(organizationId, n), accept: undefined }),
              contextOf(organizationId),
            );
          }
        }),
      );
      return (count * 1_000) / (performance.now() - begun);
    };
    await directly(200);
    const baseline = await directly(direct);
    console.log(`  direct sends, ${slots} at once      ${baseline.toFixed(0)}/s`);

    // Without the limits that product connections have.
    const filler = new Client({ connectionString });
    await filler.connect();
    const carryOut = async (due: number, waiting: number): Promise<number> => {
      const filling = performance.now();
      await fill(filler, gateway, levels, due, waiting);
      const filledIn = ((performance.now() - filling) / 1_000).toFixed(0);
      console.log(`  ${due} mails are due, ${waiting} more wait; put there in ${filledIn} s`);
      const settledBefore = await countSettled(filler);
      await ask(vendor, "reset");
      const atStart = megabytes();
      let atMiddle = atStart;
      const begun = performance.now();
      const worker = startQueueWorker({ gateway, slots });
      for (let taken = 0; taken < due;) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        ({ taken } = await ask(vendor, "count"));
        if (taken < due / 2) atMiddle = megabytes();
      }
      const rate = (due * 1_000) / (performance.now() - begun);
      worker.stop();
      const { taken, disordered } = await ask(vendor, "count");
      while (gateway.underWay.count() > 0) await new Promise((resolve) => setTimeout(resolve, 50));
      const settled = (await countSettled(filler)) - settledBefore;
      console.log(`    sent      ${rate.toFixed(0)}/s   ${(rate / baseline).toFixed(2)}× direct`);
      console.log(`    arrived   ${taken}, out of order ${disordered}; settled ${settled}`);
      console.log(`    memory    ${atStart} at the start, ${atMiddle} in the middle, ${megabytes()} at the end`);
      if (taken !== due || settled !== due || disordered > 0) process.exitCode = 1;
      return rate;
    };
    const { queued, due } = settings;
    const alone = await carryOut(due, 0);
    const among = await carryOut(due, queued - due);
    console.log(`  with ${queued} in the queue: ${(among / alone).toFixed(2)}× what it is with ${due}`);
    await filler.end();
    await ledger.close();
    await runtime.close();
    await Promise.all([feed.close(), egress.close()]);
    await db.close();
  } finally {
    vendor.child.kill();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
};
