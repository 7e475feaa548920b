import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "../../../server/contracts/call-context.ts";
import { ComposedEmail } from "../../../server/contracts/email/send-email.ts";
import { sendEmailRequest } from "../../../server/families/email/index.ts";
import { queueAct } from "../../../server/gateway/queue-act.ts";
import { newId } from "../../../server/platform/ids.ts";
import type { TestGateway } from "../../../test/gateway.ts";
import { createRandom } from "../seeded.ts";
import { openQueueProcesses, type SharedSecrets } from "./queue-processes.ts";

/** A mail that was queued, and what became of it. */
export interface QueuedMail {
  readonly operationId: string;
  readonly vendor: string;
  /** How often it arrived. */
  readonly arrived: number;
  /** Of its operation, at the end. */
  readonly state: string;
  /** A process that was killed had it: another one took it up, or nobody knows. */
  readonly wasCutOff: boolean;
}

interface KillQueue {
  readonly test: TestGateway;
  readonly secrets: SharedSecrets;
  readonly kills: number;
  readonly mailsPerKill: number;
  readonly seed: number;
  /** Told after each kill. */
  readonly onKill?: (kills: number) => void;
  /** Until all of it has an end. */
  readonly patienceMs: number;
}

/** A reply so slow that a process is killed while it comes: the mail has arrived, and nobody was told. */
const slowReplyMs = 40;
const pollMs = 10;
/** SMTP, which nobody can ask afterwards, and a vendor that knows a repeat by its key. */
const vendors = ["smtp", "resend"] as const;

const mailOf = (n: number, provider: string) =>
  ComposedEmail.parse({
    from: "shop@example.com",
    to: [`person-${n}@example.org`],
    subject: `Parcel ${n}`,
    text: "It is on its way.",
    provider,
    accept: "queued",
  });

const contextOf = (test: TestGateway): CallContext => test.context({ permissions: new Set(["srv_nexus.email:send"]) });

/** Counts what the sandbox's mailbox shows, which forgets old mail: by its recipient, each of whom is written to once. */
const countArrivals = ({ sandbox }: TestGateway) => {
  const counts = new Map<string, number>();
  let seen = 0;
  return (): ReadonlyMap<string, number> => {
    const fresh = (sandbox.mailbox?.messages() ?? []).filter(({ id }) => id > seen);
    for (const { id, to } of fresh) {
      seen = Math.max(seen, id);
      for (const address of to) counts.set(address, (counts.get(address) ?? 0) + 1);
    }
    return counts;
  };
};

interface EndRow {
  readonly id: string;
  readonly state: string;
  readonly wasCutOff: boolean;
}

const endsOf = async ({ deps }: TestGateway): Promise<readonly EndRow[]> => {
  const { rows } = await deps.db.pool.query<EndRow>(
    `select o.operation_id id, case when o.state = 'uncertain' then nexus.progress_of(o.operation_id, o.state) else o.state end state,
            o.state = 'uncertain' or q.tries > 0 or o.result ? 'resolution' "wasCutOff"
       from nexus.operation o join nexus.act_queue q using (operation_id)`,
  );
  return rows;
};

/** How many processes have mail on its way. */
const busy = async ({ deps }: TestGateway): Promise<number> => {
  const { rows } = await deps.db.pool.query<{ count: number }>(
    `select count(distinct process_id)::int count from nexus.operation o
      where o.state = 'open' and exists (select from nexus.attempt a where a.operation_id = o.operation_id)`,
  );
  return rows[0]?.count ?? 0;
};

/** Nobody can ask an SMTP server what it took: what was cut off there is unknown, and waits for a person after a while. */
const hasEnd = (state: string, vendor: string | undefined): boolean =>
  state === "settled" || state === "released" || (vendor === "smtp" && state !== "open");

/**
 * Lets two processes send what is queued, and kills one of them again and again while mail is on its way; answers how often
 * each mail arrived. The test gateway is a fresh one, and its sandbox takes mail.
 */
export const killQueue = async ({
  test,
  secrets,
  kills,
  mailsPerKill,
  seed,
  onKill,
  patienceMs,
}: KillQueue): Promise<readonly QueuedMail[]> => {
  const random = createRandom(seed);
  const contexts = [contextOf(test), contextOf(test), contextOf(test)] as const;
  const processes = openQueueProcesses(test, secrets);
  const arrivals = countArrivals(test);
  const until = Date.now() + patienceMs;
  const queued: { readonly operationId: string; readonly vendor: string }[] = [];
  const fill = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1) {
      const vendor = random.pick(vendors);
      const ctx = { ...random.pick([...contexts]), idempotencyKey: newId() };
      const now = Date.now();
      const times = { dueAt: new Date(now), expiresAt: new Date(now + 3_600_000) };
      const request = sendEmailRequest(mailOf(queued.length, vendor));
      queued.push({ ...(await queueAct(test.gateway, request, ctx, times)), vendor });
    }
  };
  test.sandbox.mailbox?.setScript(({ stage }) => (stage === "dot" ? { do: "drip", everyMs: slowReplyMs } : undefined));
  try {
    await Promise.all([processes.start(), processes.start()]);
    for (let killed = 1; killed <= kills; killed += 1) {
      const wanted = arrivals().size + random.between(1, Math.floor(mailsPerKill / 2));
      await fill(mailsPerKill);
      // While both have some of it on its way, unless they are too fast for that.
      while (arrivals().size < queued.length && Date.now() < until) {
        if (arrivals().size >= wanted && (await busy(test)) > 1) break;
        await sleep(pollMs);
      }
      await processes.kill(random.next());
      // The last one is not replaced: a single process finishes the work of two.
      if (killed < kills) await processes.start();
      onKill?.(killed);
    }
    const vendorOf = new Map(queued.map(({ operationId, vendor }) => [operationId, vendor]));
    for (;;) {
      const left = (await endsOf(test)).filter(({ id, state }) => !hasEnd(state, vendorOf.get(id))).length;
      arrivals();
      if (left === 0 || Date.now() >= until) break;
      await sleep(250);
    }
  } finally {
    await processes.end();
  }
  const ends = new Map((await endsOf(test)).map((row) => [row.id, row]));
  return queued.map(({ operationId, vendor }, n) => ({
    operationId,
    vendor,
    arrived: arrivals().get(`person-${n}@example.org`) ?? 0,
    state: ends.get(operationId)?.state ?? "missing",
    wasCutOff: ends.get(operationId)?.wasCutOff ?? false,
  }));
};
