import { afterAll, beforeAll, expect, test } from "vitest";
import { inTransaction } from "../../platform/db/transaction.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/database.ts";
import { createSealer } from "../crypto/seal.ts";
import { openAuthDatabase, type AuthDatabase } from "../database/store.ts";
import type { Carriers } from "./carriers.ts";
import { MailRefusedError, MailSendError, type Mail, type MailFacts, type MailProof, type Mailer } from "./mailer.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

let database: TestDatabase;
let db: AuthDatabase;
let offsetMs = 0;
const clock = { now: () => Date.now() + offsetMs, monotonic: () => performance.now() };
const sealer = createSealer([Buffer.alloc(32, 3)]);

beforeAll(async () => {
  database = await createTestDatabase();
  db = await openAuthDatabase({ connectionString: database.url, log: silentLogger, maxConnections: 4 });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const template = { subject: "Hello", paragraphs: ["A secret: xyzzy"] };
const by = (send: Mailer["send"]): Mailer => ({ send, close: async () => undefined });
const openWith = (carriers: Carriers): Outbox => createOutbox({ db, carriers, sealer, clock, log: silentLogger });
const open = (send: (mail: Mail) => Promise<void>): Outbox => openWith({ nexus: undefined, smtp: by(send) });

const put = (outbox: Outbox, to: string, extra: { readonly discard?: boolean; readonly expiresAt?: Date } = {}) =>
  inTransaction(db.pool, (client) =>
    outbox.put(client, { kind: "test", to, template, expiresAt: new Date(clock.now() + 3_600_000), ...extra }),
  );

interface Row {
  readonly content_sealed: string | null;
  readonly attempts: number;
  readonly sent_at: Date | null;
  readonly failed_at: Date | null;
  readonly last_error: string | null;
}

const newest = async (): Promise<Row | undefined> => {
  const { rows } = await db.pool.query<Row>("select * from auth.mail_outbox order by id desc limit 1");
  return rows[0];
};

test("an e-mail is encrypted while it waits, sent after the commit, and its content then erased", async () => {
  const sent: Mail[] = [];
  const outbox = open(async (mail) => void sent.push(mail));
  await put(outbox, "ann@example.com");
  const waiting = await newest();
  expect(waiting?.content_sealed).not.toMatch(/xyzzy|ann@/);
  outbox.flush();
  await expect.poll(newest).toMatchObject({ content_sealed: null, attempts: 1, failed_at: null });
  expect(sent).toMatchObject([{ to: "ann@example.com", subject: "Hello" }]);
  await outbox.close();
});

test("a change that is rolled back sends nothing", async () => {
  const sent: Mail[] = [];
  const outbox = open(async (mail) => void sent.push(mail));
  await inTransaction(db.pool, async (client) => {
    await outbox.put(client, {
      kind: "test",
      to: "no@example.com",
      template,
      expiresAt: new Date(clock.now() + 60_000),
    });
    throw new Error("undone");
  }).catch(() => undefined);
  outbox.flush();
  await put(outbox, "yes@example.com");
  outbox.flush();
  await expect.poll(() => sent.map(({ to }) => to)).toEqual(["yes@example.com"]);
  await outbox.close();
});

test("an unreachable mail server is tried again later, and only the error's code is stored", async () => {
  const sent: Mail[] = [];
  let away = true;
  const outbox = open(async (mail) => {
    if (away) throw Object.assign(new Error("Invalid login for hunter2"), { code: "ECONNREFUSED" });
    sent.push(mail);
  });
  await put(outbox, "late@example.com");
  outbox.flush();
  await expect.poll(newest).toMatchObject({ attempts: 1, last_error: "ECONNREFUSED", sent_at: null });
  away = false;
  outbox.flush();
  expect(sent).toEqual([]);
  offsetMs += 6_000;
  outbox.flush();
  await expect.poll(() => sent.length).toBe(1);
  await expect.poll(newest).toMatchObject({ attempts: 2, failed_at: null, content_sealed: null });
  await outbox.close();
});

test("queued e-mail survives a restart, and two processes send it once", async () => {
  const silent = createOutbox({
    db,
    carriers: { nexus: undefined, smtp: by(async () => undefined) },
    sealer,
    clock,
    log: silentLogger,
  });
  await put(silent, "restart@example.com");
  await silent.close();
  const sent: Mail[] = [];
  const one = open(async (mail) => void sent.push(mail));
  const two = open(async (mail) => void sent.push(mail));
  one.flush();
  two.flush();
  await expect.poll(newest).toMatchObject({ content_sealed: null });
  expect(sent.filter(({ to }) => to === "restart@example.com")).toHaveLength(1);
  await one.close();
  await two.close();
});

test("refused or expired e-mail is dropped, and discarded e-mail is never sent", async () => {
  const sent: Mail[] = [];
  const outbox = open(async (mail) => {
    if (mail.to === "gone@example.com") throw new MailRefusedError("EENVELOPE 550");
    sent.push(mail);
  });
  await put(outbox, "gone@example.com");
  outbox.flush();
  await expect.poll(newest).toMatchObject({ last_error: "EENVELOPE 550", content_sealed: null, sent_at: null });
  await put(outbox, "old@example.com", { expiresAt: new Date(clock.now() - 1) });
  outbox.flush();
  await expect.poll(newest).toMatchObject({ last_error: "expired", content_sealed: null });
  await put(outbox, "nobody@example.com", { discard: true });
  outbox.flush();
  await expect.poll(newest).toMatchObject({ content_sealed: null, failed_at: null });
  expect(sent).toEqual([]);
  await outbox.close();
});

/** Nexus, which answers so one time after the other, then takes everything; and a server that takes everything. */
const bothCarriers = (...answers: readonly (MailProof | "taken")[]) => {
  const nexus: MailFacts[] = [];
  const smtp: Mail[] = [];
  const carriers: Carriers = {
    nexus: by(async (_, facts) => {
      const answer = answers[nexus.length] ?? "taken";
      nexus.push(facts);
      if (answer !== "taken") throw new MailSendError("said", answer);
    }),
    smtp: by(async (mail) => void smtp.push(mail)),
  };
  return { nexus, smtp, carriers };
};

/** Whether an attempt is over and not merely taken, which its lease shows. */
const isOver = async (attempts: number): Promise<boolean> => {
  const { rowCount } = await db.pool.query(
    "select from auth.mail_outbox where id = (select max(id) from auth.mail_outbox) and attempts >= $1 and (sent_at is not null or next_attempt_at < $2)",
    [attempts, new Date(clock.now() + 100_000)],
  );
  return rowCount === 1;
};

const letPass = async (outbox: Outbox, attempts: number): Promise<void> => {
  for (let n = 1; n <= attempts; n += 1) {
    outbox.flush();
    await expect.poll(() => isOver(n)).toBe(true);
    offsetMs += 100_000;
  }
};

test("Nexus is handed a mail first, under an id that stays, and the server is handed none that it takes", async () => {
  const { nexus, smtp, carriers } = bothCarriers("not_taken");
  const outbox = openWith(carriers);
  await put(outbox, "first@example.com");
  await letPass(outbox, 2);
  await outbox.close();
  expect(await newest()).toMatchObject({ attempts: 2, content_sealed: null, failed_at: null });
  expect(nexus).toHaveLength(2);
  expect(nexus[1]).toEqual(nexus[0]);
  expect(nexus[0]).toMatchObject({ category: "security_alert" });
  expect(smtp).toEqual([]);
});

test("where Nexus declines a mail, the server is handed it at once, and once", async () => {
  const { nexus, smtp, carriers } = bothCarriers("declined");
  const outbox = openWith(carriers);
  await put(outbox, "declined@example.com");
  outbox.flush();
  await expect.poll(newest).toMatchObject({ attempts: 2, content_sealed: null, failed_at: null });
  await outbox.close();
  expect([nexus.length, smtp.length]).toEqual([1, 1]);
});

test("where Nexus stays away, the server is handed the mail after three attempts", async () => {
  const { nexus, smtp, carriers } = bothCarriers("not_taken", "not_taken", "not_taken", "not_taken");
  const outbox = openWith(carriers);
  await put(outbox, "away@example.com");
  await letPass(outbox, 4);
  await outbox.close();
  expect(await newest()).toMatchObject({ attempts: 4, content_sealed: null, failed_at: null });
  expect([nexus.length, smtp.length]).toEqual([3, 1]);
});

test("a mail that Nexus may have goes nowhere else, whatever it says afterwards", async () => {
  const { nexus, smtp, carriers } = bothCarriers("not_taken", "unknown", "declined", "not_taken", "not_taken");
  const outbox = openWith(carriers);
  await put(outbox, "doubt@example.com");
  await letPass(outbox, 6);
  await outbox.close();
  expect(await newest()).toMatchObject({ attempts: 6, content_sealed: null, failed_at: null });
  expect([nexus.length, smtp.length]).toEqual([6, 0]);
});

test("a process that died while it handed a mail to Nexus leaves it to Nexus; without one it is given up when it is of no use any more", async () => {
  const { smtp, carriers } = bothCarriers();
  const dying = openWith({ ...carriers, nexus: by(() => new Promise(() => undefined)) });
  await put(dying, "crash@example.com");
  dying.flush();
  await expect.poll(newest).toMatchObject({ attempts: 1, sent_at: null });
  offsetMs += 121_000;
  const alone = openWith({ nexus: undefined, smtp: by(async (mail) => void smtp.push(mail)) });
  alone.flush();
  await expect.poll(newest).toMatchObject({ attempts: 2, last_error: "carrier_gone" });
  offsetMs += 3_600_000;
  alone.flush();
  await expect.poll(newest).toMatchObject({ last_error: "expired", content_sealed: null });
  await alone.close();
  expect(smtp).toEqual([]);
});
