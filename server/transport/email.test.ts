import { createNexusClient, NexusClientError } from "@topolo/nexus-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { syncApps } from "../domain/apps/index.ts";
import { startQueueWorker, type QueueWorker } from "../gateway/queue-worker.ts";
import { openTestDoors, type TestDoors } from "../../test/typed-doors.ts";

let doors: TestDoors;

beforeAll(async () => {
  doors = await openTestDoors({ mail: true, knowsSandbox: true });
  const apps = [
    { id: "srv_roadmapper", name: "Roadmapper", kind: "app" },
    { id: "srv_socialize", name: "Socialize", kind: "app" },
  ];
  await syncApps(doors.deps, apps);
  await doors.refresh();
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const client = () => createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "tpk_test" } });

const arrivedFor = (to: string) => doors.sandbox.mailbox?.messages(to) ?? [];

const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${doors.restUrl}/api/email/send`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const notification = (to: string) => ({
  from: { address: "roadmapper@example.com", name: "Roadmapper" },
  to: [to],
  subject: "A milestone was reached",
  text: "See it in Roadmapper.",
  html: "<p>See it in <b>Roadmapper</b>.</p>",
});

describe("mail through the typed client", () => {
  it("a notification of Roadmapper arrives, attributed to the app and the person", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_roadmapper", userId: "usr_ann" });
    const sent = await client().email.send.mutate(notification("milestone@example.org"));
    if (sent.status !== "sent") throw new Error("it was not sent");
    expect(sent).toMatchObject({
      effect: "done",
      recipients: [{ address: "milestone@example.org", status: "accepted" }],
      delivery: { mode: "at_most_once", chosenBy: "default" },
      nexus: { vendor: "resend", credentialTier: "platform_default", costNanoUsd: "900000", usageSource: "provider" },
    });
    expect(sent.nexus).not.toHaveProperty("model");
    expect(arrivedFor("milestone@example.org")).toMatchObject([{ subject: "A milestone was reached", via: "resend" }]);
    const { rows } = await doors.deps.db.pool.query(
      "select app_id, user_id, vendor, model, cost::text from nexus.operation where operation_id = $1 and org_id = $2",
      [sent.emailId, organizationId],
    );
    expect(rows).toEqual([
      { app_id: "srv_roadmapper", user_id: "usr_ann", vendor: "resend", model: "", cost: "900000" },
    ]);
    const shown = await client().operations.get.query({ operationId: sent.emailId });
    expect(shown).toMatchObject({ operation: "email.send", model: null, requestedModel: null, progress: "succeeded" });
  });

  it("a broadcast of Socialize has its way out, and a dry run of it sends nothing", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_socialize" });
    const mail = {
      ...notification("reader@example.org"),
      stream: "broadcast",
      category: "marketing",
      unsubscribe: { url: "https://socialize.example.com/u/token" },
    } as const;
    const shown = await client().email.send.mutate({ ...mail, provider: "resend", dryRun: true });
    if (!shown.dryRun) throw new Error("it was sent");
    expect(shown).toMatchObject({ effect: "none", provider: "resend", boundNanoUsd: "900000" });
    expect(shown.request.body).toContain("List-Unsubscribe=One-Click");
    expect(shown.request.headers["authorization"]).toBe("Bearer …");
    expect(arrivedFor("reader@example.org")).toHaveLength(0);
    await client().email.send.mutate(mail);
    expect(arrivedFor("reader@example.org")).toHaveLength(1);
    // One row: what was tried out has none.
    expect(await doors.rows(organizationId)).toMatchObject([{ state: "settled", vendor: "resend", cost: 900_000n }]);
    expect(await client().operations.list.query({ appId: "srv_socialize" })).toMatchObject({
      operations: [{ operation: "email.send", vendor: "resend", appId: "srv_socialize" }],
    });
  });

  it("a mail of which nobody can tell is an error that says so, with the operation to ask after", async () => {
    doors.callAs();
    doors.sandbox.resend.setScript(() => "execute-then-drop");
    const once = createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "tpk_test" }, maxAttempts: 1 });
    const error: unknown = await once.email.send
      .mutate(notification("lost@example.org"))
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NexusClientError);
    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", operationId: expect.any(String) });
  });
});

describe("mail by REST", () => {
  it("is answered with headers that name no model", async () => {
    doors.callAs();
    const response = await post(notification("rest@example.org"), { "idempotency-key": "rest-1" });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-nexus-provider")).toBe("resend");
    expect(response.headers.has("x-nexus-model")).toBe(false);
    const again = await post(notification("rest@example.org"), { "idempotency-key": "rest-1" });
    expect(again.headers.get("x-nexus-replayed")).toBe("true");
    expect(await again.json()).toMatchObject({ replayed: true, dryRun: false });
    expect(arrivedFor("rest@example.org")).toHaveLength(1);
    const other = await post(
      { ...notification("rest@example.org"), subject: "Other" },
      { "idempotency-key": "rest-1" },
    );
    expect(other.status).toBe(422);
  });

  it("is refused without a key, and with the field named for what could end a header", async () => {
    doors.callAs();
    expect((await post(notification("nokey@example.org"))).status).toBe(400);
    const injected = { ...notification("x@example.org"), subject: "Hello\r\nBcc: y@example.org" };
    const response = await post(injected, { "idempotency-key": "rest-2" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "INVALID_INPUT", issues: [{ field: "subject" }] } });
    expect(doors.sandbox.resend.effects()).toHaveLength(0);
  });
});

describe("mail that is sent later", () => {
  const later = (inMs: number): string => new Date(Date.now() + inMs).toISOString();

  it("is answered with 202 by every API surface once it is durable, and the same again for its key", async () => {
    doors.callAs();
    const body = { ...notification("queued@example.org"), provider: "resend", sendAt: later(3_600_000) };
    const response = await post(body, { "idempotency-key": "queued-1" });
    expect(response.status).toBe(202);
    const queued: unknown = await response.json();
    expect(queued).toMatchObject({
      status: "queued",
      effect: "none",
      dueAt: body.sendAt,
      heldNanoUsd: "900000",
      delivery: { mode: "at_most_once" },
      replayed: false,
    });
    const again = await post(body, { "idempotency-key": "queued-1" });
    expect(again.status).toBe(202);
    expect(await again.json()).toEqual({ ...(queued as object), replayed: true });
    const typed = await client().email.send.mutate({ ...notification("queued@example.org"), accept: "queued" });
    expect(typed).toMatchObject({ status: "queued" });
    if (typed.status !== "queued") throw new Error("it was not queued");
    const shown = await client().operations.get.query({ operationId: typed.emailId });
    expect(shown).toMatchObject({ operation: "email.send", state: "open", progress: "scheduled", attempts: [] });
    expect(arrivedFor("queued@example.org")).toHaveLength(0);
  });

  it.each([
    ["sendAt", { sendAt: later(-60_000) }],
    ["sendAt", { sendAt: later(91 * 86_400_000) }],
    ["sendAt", { sendAt: "2030-01-01T09:00:00" }],
    ["sendAt", { sendAt: "2030-01-01" }],
    ["sendAt", { sendAt: "tomorrow" }],
    ["sendAt", { sendAt: "2030-02-30T09:00:00Z" }],
    ["sendAt", { sendAt: 1_900_000_000 }],
    ["accept", { accept: "sent", sendAt: later(3_600_000) }],
    ["expiresAt", { expiresAt: later(3_600_000) }],
    ["expiresAt", { accept: "queued", expiresAt: later(-1_000) }],
    ["expiresAt", { sendAt: later(3_600_000), expiresAt: later(1_800_000) }],
    ["expiresAt", { accept: "queued", expiresAt: later(8 * 86_400_000) }],
  ])("is refused with %s named for %j", async (field, more) => {
    const { organizationId } = doors.callAs();
    const response = await post(
      { ...notification("never@example.org"), ...more },
      { "idempotency-key": crypto.randomUUID() },
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "INVALID_INPUT", issues: [{ field }] } });
    expect(await doors.rows(organizationId)).toEqual([]);
  });

  it("whose time has passed is no refusal to a repeat of what was accepted", async () => {
    doors.callAs();
    const body = { ...notification("late@example.org"), sendAt: later(400) };
    const first = await post(body, { "idempotency-key": "late-1" });
    expect(first.status).toBe(202);
    await expect.poll(() => Date.now() > Date.parse(body.sendAt)).toBe(true);
    expect((await post(body, { "idempotency-key": "late-1" })).status).toBe(202);
    expect((await post(body, { "idempotency-key": "late-2" })).status).toBe(400);
  });
});

describe("mail that waits", () => {
  let worker: QueueWorker | undefined;
  afterEach(async () => {
    worker?.stop();
    await expect.poll(() => doors.gateway.underWay.count(), { timeout: 20_000 }).toBe(0);
  });

  const stateOf = async (emailId: string): Promise<string[]> =>
    (await client().email.get.query({ emailId })).email.recipients.map(({ state }) => state);

  const queued = async (mail: Parameters<ReturnType<typeof client>["email"]["send"]["mutate"]>[0]) => {
    const answered = await client().email.send.mutate(mail);
    if (answered.status !== "queued") throw new Error("it was not queued");
    return answered;
  };

  it("is read with its state, from the moment it is accepted to its arrival", async () => {
    doors.callAs();
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { emailId, messageId } = await queued({ ...notification("watched@example.org"), sendAt });
    expect(await stateOf(emailId)).toEqual(["scheduled"]);
    const now = await queued({ ...notification("watched@example.org"), accept: "queued" });
    expect(await stateOf(now.emailId)).toEqual(["queued"]);
    await doors.deps.db.pool.query("update nexus.act_queue set due_at = now() where operation_id = $1", [emailId]);
    worker = startQueueWorker({ gateway: doors.gateway });
    await expect.poll(() => stateOf(emailId), { timeout: 20_000 }).toEqual(["accepted"]);
    expect((await client().email.get.query({ emailId })).email).toMatchObject({ messageId });
  });

  it("is not sent to whom it was suppressed meanwhile", async () => {
    doors.callAs();
    const to = ["stays@example.org", "leaves@example.org"];
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const both = await queued({ ...notification("x@example.org"), to, sendAt });
    const alone = await queued({ ...notification("leaves@example.org"), sendAt });
    await client().email.suppressions.add.mutate({ address: "leaves@example.org", stream: "any", reason: "manual" });
    await doors.deps.db.pool.query("update nexus.act_queue set due_at = now() where operation_id = any ($1)", [
      [both.emailId, alone.emailId],
    ]);
    worker = startQueueWorker({ gateway: doors.gateway });
    await expect.poll(() => stateOf(both.emailId), { timeout: 20_000 }).toEqual(["accepted", "suppressed"]);
    await expect.poll(() => stateOf(alone.emailId), { timeout: 20_000 }).toEqual(["failed"]);
    expect(arrivedFor("leaves@example.org")).toEqual([]);
    expect(arrivedFor("stays@example.org")).toHaveLength(1);
  });
});

describe("mail that waits, changed", () => {
  const wait = async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const answered = await client().email.send.mutate({ ...notification("changed@example.org"), sendAt });
    if (answered.status !== "queued") throw new Error("it was not queued");
    return answered;
  };

  it("is canceled once and for all, by the app that it belongs to", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_roadmapper" });
    const { emailId } = await wait();
    doors.callAs({ organizationId, appId: "srv_socialize" });
    await expect(client().email.cancel.mutate({ emailId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    doors.callAs({ organizationId, appId: "srv_roadmapper" });
    expect(await client().email.cancel.mutate({ emailId })).toEqual({ emailId, status: "canceled" });
    expect(await client().email.cancel.mutate({ emailId })).toEqual({ emailId, status: "canceled" });
    const { email } = await client().email.get.query({ emailId });
    expect(email.recipients).toMatchObject([{ state: "canceled" }]);
    expect((await doors.counters(organizationId)).reserved).toBe(0n);
    const response = await fetch(`${doors.restUrl}/api/email/${emailId}/reschedule`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sendAt: new Date(Date.now() + 60_000).toISOString() }),
    });
    expect(response.status).toBe(409);
  });

  it("is moved to another time that is to come, and to no other", async () => {
    doors.callAs();
    const { emailId } = await wait();
    const sendAt = new Date(Date.now() + 7_200_000).toISOString();
    expect(await client().email.reschedule.mutate({ emailId, sendAt })).toEqual({
      emailId,
      status: "queued",
      dueAt: sendAt,
    });
    for (const wrong of [new Date(Date.now() - 60_000).toISOString(), "2030-01-01T09:00:00"]) {
      const error: unknown = await client()
        .email.reschedule.mutate({ emailId, sendAt: wrong })
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "sendAt" }] });
    }
  });
});

describe("a batch", () => {
  const one = (idempotencyKey: string, more: object = {}) => ({
    idempotencyKey,
    mail: { ...notification(`${idempotencyKey}@example.org`), ...more },
  });

  it("sends each mail by itself, and says of each what became of it", async () => {
    const { organizationId } = doors.callAs();
    await client().email.suppressions.add.mutate({ address: "gone@example.org", stream: "any", reason: "manual" });
    const messages = [
      one("batch-1"),
      one("batch-2", { subject: "Hello\r\nBcc: x@example.org" }),
      one("batch-3", { accept: "queued" }),
      one("batch-4", { to: ["gone@example.org"] }),
      one("batch-5", { unheard: true }),
      one("batch-6"),
    ];
    const answered = await client().email.sendBatch.mutate({ messages });
    expect(answered).toMatchObject({ sent: 2, queued: 1, failed: 3 });
    expect(answered.results).toMatchObject([
      { ok: true, idempotencyKey: "batch-1", email: { status: "sent" } },
      { ok: false, error: { code: "INVALID_INPUT", effect: "none", issues: [{ field: "subject" }] } },
      { ok: true, email: { status: "queued" } },
      { ok: false, error: { code: "RECIPIENT_SUPPRESSED", issues: [{ field: "to.0" }] } },
      { ok: false, error: { code: "INVALID_INPUT" } },
      { ok: true, idempotencyKey: "batch-6", email: { status: "sent" } },
    ]);
    const again = await client().email.sendBatch.mutate({ messages });
    expect(again.results.filter(({ ok }) => ok)).toMatchObject([
      { email: { replayed: true } },
      { email: { replayed: true } },
      { email: { replayed: true } },
    ]);
    expect(arrivedFor("batch-1@example.org")).toHaveLength(1);
    expect(await doors.rows(organizationId)).toHaveLength(3);
    expect(await doors.counters(organizationId)).toBeDefined();
  });

  it.each([
    ["messages", { messages: [] }],
    ["messages", { messages: Array.from({ length: 101 }, (_, n) => one(`many-${n}`)) }],
    ["messages.1.idempotencyKey", { messages: [one("twice"), one("twice")] }],
    ["messages.0.idempotencyKey", { messages: [one("with a blank")] }],
    ["messages.0.mail", { messages: [{ idempotencyKey: "k", mail: "text" }] }],
  ])("is refused as a whole, with %s named, where it is none", async (field, body) => {
    const { organizationId } = doors.callAs();
    const response = await fetch(`${doors.restUrl}/api/email/send-batch`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: "INVALID_INPUT", issues: [{ field }] } });
    expect(await doors.rows(organizationId)).toEqual([]);
  });
});

describe("a mail from a template", () => {
  const set = (words: { subject: string; text?: string; html?: string }, name = "order-shipped") =>
    client().email.templates.set.mutate({ name, ...words });
  const from = { from: "roadmapper@example.com" } as const;

  it("says what its newest version says of the variables, or what the version says that was asked for", async () => {
    doors.callAs({ appId: "srv_roadmapper" });
    expect(await set({ subject: "Order {{ number }}", html: "<p>For {{ name }}</p>" })).toMatchObject({
      version: 1,
      variables: ["name", "number"],
    });
    expect(await set({ subject: "Order {{ number }} left", text: "For {{ name }}" })).toMatchObject({ version: 2 });
    const template = { name: "order-shipped", variables: { number: 7, name: "<Ann>" } };
    await client().email.send.mutate({ ...from, to: ["newest@example.org"], template });
    await client().email.send.mutate({ ...from, to: ["first@example.org"], template: { ...template, version: 1 } });
    expect(arrivedFor("newest@example.org")).toMatchObject([{ subject: "Order 7 left", text: "For <Ann>" }]);
    expect(arrivedFor("first@example.org")).toMatchObject([{ subject: "Order 7", html: "<p>For &lt;Ann&gt;</p>" }]);
    expect(await client().email.templates.list.query({})).toMatchObject({
      templates: [{ name: "order-shipped", version: 2, subject: "Order {{ number }} left" }],
    });
    expect(
      await client().email.templates.preview.mutate({ subject: "{{ a }}", text: "b", variables: { a: 1 } }),
    ).toEqual({ subject: "1", text: "b", html: null, variables: ["a"] });
  });

  it("is refused with the field named, and nothing is sent", async () => {
    doors.callAs({ appId: "srv_roadmapper" });
    await set({ subject: "Order {{ number }}", text: "It left." });
    const to = ["refused@example.org"];
    const refusal = async (mail: object): Promise<unknown> => {
      const answer = await post({ ...from, to, ...mail }, { "idempotency-key": crypto.randomUUID() });
      const { error } = (await answer.json()) as { error: { issues: unknown } };
      return [answer.status, error.issues];
    };
    const template = { name: "order-shipped", variables: { number: 7 } };
    expect(await refusal({ template: { ...template, name: "order-shiped" } })).toEqual([
      400,
      [{ field: "template.name", expected: 'a template of the organization; did you mean "order-shipped"?' }],
    ]);
    expect(await refusal({ template: { ...template, version: 9 } })).toEqual([
      400,
      [{ field: "template.version", expected: "a version that is kept; the newest is 1" }],
    ]);
    expect(await refusal({ template: { ...template, variables: {} } })).toEqual([
      400,
      [{ field: "template.variables.number", expected: "a value, which the template's subject uses" }],
    ]);
    expect(await refusal({ template: { ...template, variables: { number: "7\r\nBcc: x@example.org" } } })).toEqual([
      400,
      [{ field: "template.variables", expected: expect.stringContaining("one line without control characters") }],
    ]);
    expect(await refusal({ template, subject: "Mine" })).toEqual([
      400,
      [{ field: "subject", expected: "nothing: the template says it" }],
    ]);
    expect(arrivedFor("refused@example.org")).toEqual([]);
  });

  it("is no other mail for its key, whatever becomes of its template; and what waits has its words already", async () => {
    doors.callAs({ appId: "srv_roadmapper" });
    await set({ subject: "Order {{ number }}", text: "It left." });
    const mail = { ...from, to: ["kept@example.org"], template: { name: "order-shipped", variables: { number: 7 } } };
    const waits = {
      ...mail,
      to: ["later@example.org"],
      sendAt: new Date(doors.deps.clock.now() + 60_000).toISOString(),
    };
    const send = async (body: object, key: string) => {
      const answer = await post(body, { "idempotency-key": key });
      return [answer.status, (await answer.json()) as { readonly emailId: string }] as const;
    };
    const first = await send(mail, "template-once");
    const queued = await send(waits, "template-later");
    expect(await client().email.templates.remove.mutate({ name: "order-shipped" })).toEqual({
      name: "order-shipped",
      removed: true,
    });
    expect(await send(mail, "template-once")).toMatchObject([200, { replayed: true, emailId: first[1].emailId }]);
    expect(await send(waits, "template-later")).toMatchObject([202, { replayed: true, emailId: queued[1].emailId }]);
    const other = { ...mail, template: { ...mail.template, variables: { number: 8 } } };
    expect(await send(other, "template-once")).toMatchObject([422, { error: { code: "IDEMPOTENCY_MISMATCH" } }]);
    expect(await send(mail, "template-new")).toMatchObject([400, { error: { issues: [{ field: "template.name" }] } }]);
    expect(arrivedFor("kept@example.org")).toHaveLength(1);
    await client().email.cancel.mutate({ emailId: queued[1].emailId });
  });
});

it("a mail is rendered without a key, as a dry run shows it, and nothing is set aside", async () => {
  const { organizationId } = doors.callAs();
  const shown = await client().email.render.mutate({ ...notification("shown@example.org"), provider: "resend" });
  expect(shown).toMatchObject({ status: "rendered", effect: "none", provider: "resend", boundNanoUsd: "900000" });
  expect(shown.request.body).toContain("A milestone was reached");
  expect(await doors.rows(organizationId)).toEqual([]);
});
