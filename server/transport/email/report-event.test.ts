import { createNexusClient, withIdempotencyKey } from "@topolo/nexus-client";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { mailStates } from "../../contracts/email/mail-state.ts";
import { syncApps } from "../../domain/apps/index.ts";
import { matchEmailEvents, pruneEmails } from "../../domain/email/index.ts";
import { resolveUncertain } from "../../gateway/resolve-uncertain.ts";
import { settleLeftInReview } from "../../gateway/settle-left-in-review.ts";
import { newId } from "../../platform/ids.ts";

let doors: TestDoors;

beforeAll(async () => {
  doors = await openTestDoors({ mail: true, knowsSandbox: true });
  await syncApps(
    doors.deps,
    ["srv_roadmapper", "srv_socialize"].map((id) => ({ id, name: id, kind: "app" })),
  );
  await doors.refresh();
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const client = () => createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "tpk_test" }, maxAttempts: 1 });

const mail = { from: "app@example.com", subject: "Hello", text: "Hello." };

const send = async (to: readonly string[], more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const sent = await client().email.send.mutate({ ...mail, to: [...to], ...more });
  if (sent.dryRun) throw new Error("it was not sent");
  return sent.emailId;
};

type Report = Parameters<ReturnType<typeof client>["email"]["reportEvent"]["mutate"]>[0];

const report = (type: Report["type"], more: Readonly<Record<string, unknown>>) =>
  client().email.reportEvent.mutate({
    provider: "resend",
    eventId: newId(),
    occurredAt: new Date().toISOString(),
    type,
    ...more,
  });

const read = async (emailId: string) => (await client().email.get.query({ emailId })).email;
const states = async (emailId: string) => (await read(emailId)).recipients.map(({ state }) => state);

const asApp = (more: Parameters<TestDoors["callAs"]>[0] = {}) => doors.callAs({ appId: "srv_roadmapper", ...more });

describe("an event of a mail", () => {
  it("moves it on, never back; a bounce or a complaint may follow what was delivered", async () => {
    asApp();
    const emailId = await send(["ann@example.org", "bob@example.org"]);
    const ann = { emailId, recipient: "ANN@example.org" };
    expect(await report("delivered", ann)).toEqual({ accepted: "new", emailId });
    await report("deferred", ann);
    await report("accepted", { emailId });
    expect(await states(emailId)).toEqual(["delivered", "accepted"]);
    await report("bounced", { ...ann, code: "552 5.2.2" });
    expect((await read(emailId)).recipients[0]).toMatchObject({
      state: "bounced",
      bounce: "soft",
      reason: "552 5.2.2",
    });
    await report("complained", ann);
    await report("delivered", ann);
    expect(await states(emailId)).toEqual(["complained", "accepted"]);
  });

  it("counts once, and says so when it comes again", async () => {
    asApp();
    const emailId = await send(["ann@example.org"]);
    const event = { emailId, eventId: "evt_1" };
    const all = await Promise.all(Array.from({ length: 5 }, () => report("opened", event)));
    expect(all.map(({ accepted }) => accepted).sort()).toEqual([
      "duplicate",
      "duplicate",
      "duplicate",
      "duplicate",
      "new",
    ]);
    expect((await read(emailId)).recipients[0]?.opens).toBe(1);
    // Another vendor's event may have the same id.
    expect(await report("opened", { ...event, provider: "postmark" })).toMatchObject({ accepted: "new" });
  });

  it("that no person made is kept and marked, and not counted", async () => {
    asApp();
    const emailId = await send(["ann@example.org"]);
    await report("opened", { emailId, automated: true });
    await report("clicked", { emailId, automated: true });
    await report("clicked", { emailId, recipient: "ann@example.org" });
    expect((await read(emailId)).recipients[0]).toMatchObject({ opens: 0, clicks: 1, state: "accepted" });
    const { events } = await client().email.events.query({ emailId });
    expect(events.map(({ type, automated, recipient }) => [type, automated, recipient])).toEqual([
      ["clicked", false, "ann@example.org"],
      ["clicked", true, null],
      ["opened", true, null],
    ]);
  });

  it("leads to the same state in whatever order events come", async () => {
    asApp();
    const types = [
      "accepted",
      "delivered",
      "deferred",
      "suppressed",
      "rejected",
      "failed",
      "bounced",
      "complained",
    ] as const;
    let at = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 6 }), async (told) => {
        const emailId = await send([`order${(at += 1)}@example.org`]);
        await Promise.all(told.map((type) => report(type, { emailId })));
        const furthest = Math.max(mailStates.indexOf("accepted"), ...told.map((type) => mailStates.indexOf(type)));
        expect(await states(emailId)).toEqual([mailStates[furthest]]);
      }),
      { numRuns: 25 },
    );
  });

  it("is found by the Message-ID and by the vendor's id, too", async () => {
    asApp();
    const emailId = await send(["ann@example.org"]);
    const { messageId, providerMessageId } = await read(emailId);
    expect(await report("deferred", { messageId })).toMatchObject({ accepted: "new", emailId });
    expect(await report("delivered", { providerMessageId })).toMatchObject({ accepted: "new", emailId });
    expect(await states(emailId)).toEqual(["delivered"]);
    await expect(report("delivered", {})).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("of another app or organization changes nothing", async () => {
    const { organizationId } = asApp();
    const emailId = await send(["ann@example.org"]);
    const { messageId, providerMessageId } = await read(emailId);
    const ids = { emailId, messageId, providerMessageId };
    doors.callAs({ organizationId, appId: "srv_socialize" });
    expect(await report("bounced", { ...ids, bounce: "hard" })).toEqual({ accepted: "pending", emailId: null });
    doors.callAs({ appId: "srv_roadmapper" });
    expect(await report("complained", ids)).toEqual({ accepted: "pending", emailId: null });
    await matchEmailEvents(doors.deps);
    asApp({ organizationId });
    expect(await states(emailId)).toEqual(["accepted"]);
    expect((await client().email.events.query({ emailId })).events).toEqual([]);
    expect((await client().email.suppressions.list.query({})).suppressions).toEqual([]);
  });

  it("comes page by page in the list of a mail's events, and to nobody else", async () => {
    const { organizationId } = asApp();
    const emailId = await send(["ann@example.org"]);
    const occurredAt = new Date().toISOString();
    for (let at = 0; at < 5; at += 1) await report("opened", { emailId, eventId: `evt_${at}`, occurredAt });
    const listed: string[] = [];
    let before: string | undefined;
    do {
      const page = await client().email.events.query({ emailId, limit: 2, before });
      listed.push(...page.events.map(({ eventId }) => eventId));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(listed).toEqual(["evt_4", "evt_3", "evt_2", "evt_1", "evt_0"]);
    await expect(client().email.events.query({ emailId, before: "x" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    doors.callAs({ organizationId, appId: "srv_socialize" });
    await expect(client().email.events.query({ emailId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("an event that comes before the vendor's answer", () => {
  it("is kept, and counts as soon as the mail is known", async () => {
    asApp();
    const early = await report("bounced", {
      providerMessageId: "re_early",
      bounce: "hard",
      recipient: "ann@example.org",
    });
    expect(early).toEqual({ accepted: "pending", emailId: null });
    expect(await matchEmailEvents(doors.deps)).toBe(0);
    const emailId = await send(["ann@example.org"]);
    // As the vendor's answer would have it.
    await doors.deps.db.pool.query(
      `update nexus.operation set result = result || '{"vendorRequestId": "re_early"}' where operation_id = $1`,
      [emailId],
    );
    expect(await matchEmailEvents(doors.deps)).toBe(1);
    expect(await matchEmailEvents(doors.deps)).toBe(0);
    expect(await states(emailId)).toEqual(["bounced"]);
    const { suppressions } = await client().email.suppressions.list.query({});
    expect(suppressions).toMatchObject([{ address: "ann@example.org", reason: "hard_bounce", source: "event resend" }]);
  });

  it("takes room for a day, and for so many of an app", async () => {
    const { organizationId } = asApp();
    await doors.deps.db.pool.query(
      `insert into nexus.email_event (org_id, app_id, provider, event_id, type, occurred_at, received_at)
       select $1, 'srv_roadmapper', 'resend', 'old_' || n, 'opened', now(), now() - n * interval '1 second' from generate_series(1, 1500) n`,
      [organizationId],
    );
    await report("opened", { providerMessageId: "re_last" });
    const count = async () =>
      (
        await doors.deps.db.pool.query<{ ids: string[] }>(
          "select array_agg(event_id order by received_at desc) as ids from nexus.email_event where org_id = $1",
          [organizationId],
        )
      ).rows[0]?.ids ?? [];
    const kept = await count();
    expect(kept).toHaveLength(1_000);
    expect(kept[1]).toBe("old_1");
    await doors.deps.db.pool.query(
      "update nexus.email_event set received_at = now() - interval '25 hours' where org_id = $1",
      [organizationId],
    );
    await pruneEmails(doors.deps);
    expect(await count()).toEqual([]);
  });
});

it("a mail of which nobody knows whether it left is sent, once its vendor tells of it", async () => {
  const { organizationId } = asApp();
  doors.sandbox.mailbox?.setScript(({ stage }) => (stage === "dot" ? { do: "drop" } : undefined));
  await client()
    .email.send.mutate({ ...mail, to: ["ann@example.org"], provider: "smtp" })
    .catch(() => undefined);
  const [unknown] = (await client().email.list.query({ state: "unknown" })).emails;
  const emailId = unknown?.emailId ?? "";
  expect(unknown?.recipients).toMatchObject([{ state: "unknown" }]);
  // The server that took it is a vendor's, which tells of it under its own name.
  await report("delivered", { emailId, provider: "postmark" });
  expect(await states(emailId)).toEqual(["delivered"]);
  await doors.deps.db.pool.query("update nexus.reconciliation set due_at = now() where operation_id = $1", [emailId]);
  while ((await resolveUncertain(doors.gateway)) > 0);
  expect(await doors.rows(organizationId)).toMatchObject([{ state: "settled" }]);
  const shown = await client().operations.get.query({ operationId: emailId });
  expect(shown).toMatchObject({ progress: "succeeded" });
});

it("a mail that was left in review for a week is paid for, and stays unknown until somebody tells", async () => {
  const { organizationId } = asApp();
  doors.sandbox.mailbox?.setScript(({ stage }) => (stage === "dot" ? { do: "drop" } : undefined));
  const once = () =>
    client()
      .email.send.mutate({ ...mail, to: ["ann@example.org"], provider: "smtp" }, withIdempotencyKey("once"))
      .catch((error: unknown) => error);
  await once();
  const [unknown] = (await client().email.list.query({ state: "unknown" })).emails;
  const emailId = unknown?.emailId ?? "";
  const inReview = (days: number) =>
    doors.deps.db.pool.query(
      `insert into nexus.reconciliation as r (operation_id, review_at) values ($1, now() - $2 * interval '1 day')
       on conflict (operation_id) do update set review_at = excluded.review_at`,
      [emailId, days],
    );
  await inReview(6.9);
  await settleLeftInReview(doors.gateway);
  expect(await doors.rows(organizationId)).toMatchObject([{ state: "uncertain" }]);
  await inReview(7.1);
  await settleLeftInReview(doors.gateway);
  const [row] = await doors.rows(organizationId);
  expect(row).toMatchObject({ state: "settled", source: "estimated" });
  expect(row?.cost).toBe(row?.held);
  expect(await states(emailId)).toEqual(["unknown"]);
  expect(await once()).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown" });
  await report("delivered", { emailId, provider: "postmark" });
  expect(await states(emailId)).toEqual(["delivered"]);
  await doors.counters(organizationId);
});

describe("mail to come", () => {
  const reasons = async (): Promise<string[]> =>
    (await client().email.suppressions.list.query({})).suppressions.map(({ reason, stream }) => `${reason} ${stream}`);

  it("is not sent after a hard bounce or a complaint", async () => {
    asApp();
    const emailId = await send(["gone@example.org", "angry@example.org", "ok@example.org"]);
    await report("bounced", { emailId, recipient: "gone@example.org", code: "550 5.1.1" });
    await report("complained", { emailId, recipient: "angry@example.org" });
    expect((await reasons()).sort()).toEqual(["complaint transactional", "hard_bounce any"]);
    const again = await client().email.send.mutate({
      ...mail,
      to: ["Gone@example.org", "angry@example.org", "ok@example.org"],
    });
    if (again.status !== "sent") throw new Error("it was not sent");
    expect(again.recipients.map(({ status }) => status)).toEqual(["suppressed", "suppressed", "accepted"]);
    await expect(send(["gone@example.org"], { category: "otp" })).rejects.toMatchObject({
      code: "RECIPIENT_SUPPRESSED",
    });
  });

  it("is not sent in a stream that somebody has unsubscribed from", async () => {
    asApp();
    const broadcast = { stream: "broadcast", category: "marketing", unsubscribe: { url: "https://example.com/u" } };
    const emailId = await send(["left@example.org"], broadcast);
    await report("unsubscribed", { emailId });
    expect(await reasons()).toEqual(["unsubscribe broadcast"]);
    await expect(send(["left@example.org"], broadcast)).rejects.toMatchObject({ code: "RECIPIENT_SUPPRESSED" });
    await send(["left@example.org"]);
  });

  it("rests after five soft bounces in seven days, and what is undetermined never counts", async () => {
    const { organizationId } = asApp();
    const bounce = async (more: Readonly<Record<string, unknown>>) => {
      const emailId = await send(["full@example.org"]);
      await report("bounced", { emailId, ...more });
      // Twice of one mail is once.
      await report("bounced", { emailId, ...more });
    };
    for (let at = 0; at < 6; at += 1) await bounce({ bounce: "undetermined", code: "554 5.7.1" });
    for (let at = 0; at < 4; at += 1) await bounce({ bounce: "soft" });
    expect(await reasons()).toEqual([]);
    await doors.deps.db.pool.query(
      "update nexus.email_event set occurred_at = occurred_at - interval '8 days' where org_id = $1 and bounce = 'soft'",
      [organizationId],
    );
    await bounce({ bounce: "soft" });
    expect(await reasons()).toEqual([]);
    for (let at = 0; at < 4; at += 1) await bounce({ code: "452 4.2.2" });
    expect(await reasons()).toEqual(["soft_bounces any"]);
    const { suppressions } = await client().email.suppressions.list.query({});
    expect(Date.parse(suppressions[0]?.expiresAt ?? "")).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  });

  it("counts soft bounces that are told at once", async () => {
    asApp();
    const sent = [];
    for (let at = 0; at < 5; at += 1) sent.push(await send(["full@example.org"]));
    await Promise.all(sent.map((emailId) => report("bounced", { emailId, bounce: "soft" })));
    expect(await reasons()).toEqual(["soft_bounces any"]);
  });
});

describe("the settings of an organization's mail", () => {
  it("change caps and retention from the next mail on, with what was before in the trail", async () => {
    const { organizationId } = asApp();
    const get = () => client().email.settings.get.query({});
    expect(await get()).toMatchObject({
      caps: [
        { category: "otp", most: 5, seconds: 3_600 },
        { category: "any", most: 20, seconds: 86_400 },
      ],
      contentDays: 7,
      defaults: { caps: true, contentDays: true },
    });
    const kept = await send(["ann@example.org"]);
    const caps = [{ category: "receipt" as const, most: 1, seconds: 600 }];
    await client().email.settings.set.mutate({ caps, contentDays: 0 });
    expect(await get()).toEqual({ caps, contentDays: 0, defaults: { caps: false, contentDays: false } });
    await send(["ann@example.org"], { category: "receipt" });
    await expect(send(["ann@example.org"], { category: "receipt" })).rejects.toMatchObject({ code: "RATE_LIMITED" });
    for (let at = 0; at < 22; at += 1) await send(["ann@example.org"]);
    expect((await client().email.get.query({ emailId: kept })).content).toBeNull();
    await client().email.settings.set.mutate({ caps: null, contentDays: null });
    await expect(send(["ann@example.org"])).rejects.toMatchObject({ code: "RATE_LIMITED" });
    const { rows } = await doors.deps.db.pool.query(
      "select details from nexus.audit_event where organization_id = $1 and action = 'email.settings.set' order by id",
      [organizationId],
    );
    expect(rows).toMatchObject([
      {
        details: {
          before: { caps: null, contentDays: null },
          after: { caps: ["receipt: 1 in 600 s"], contentDays: 0 },
        },
      },
      { details: { after: { caps: null, contentDays: null } } },
    ]);
    const twice = { caps: [...caps, ...caps] };
    await expect(client().email.settings.set.mutate(twice)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});
