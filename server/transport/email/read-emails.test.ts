import { createNexusClient } from "@topolo/nexus-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";
import { syncApps } from "../../domain/apps/index.ts";
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

const client = () => createNexusClient({ baseUrl: doors.trpcUrl, credential: { apiKey: "tpk_test" } });

const send = async (to: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const mail = { from: { address: "app@example.com", name: "App" }, to: [to], subject: "Hello", text: "Hello." };
  const sent = await client().email.send.mutate({ ...mail, ...more });
  if (sent.dryRun) throw new Error("it was not sent");
  return sent.emailId;
};

const person = (organizationId: string, appId?: string) =>
  doors.callAs({
    organizationId,
    appId,
    actor: { kind: "user", userId: "usr_ann", sessionId: "ses_1", role: "admin", platformBypass: false },
  });

describe("a mail that was sent", () => {
  it("is read with its state for each recipient and what it said", async () => {
    doors.callAs({ appId: "srv_roadmapper", userId: "usr_ann" });
    const emailId = await send("ann@example.org", {
      html: "<p>Hello</p>",
      bcc: [{ address: "bob@example.org", name: "Bob" }],
      attachments: [{ filename: "a.txt", content: "aGVsbG8=" }],
    });
    const { email, content } = await client().email.get.query({ emailId });
    expect(email).toMatchObject({
      emailId,
      appId: "srv_roadmapper",
      userId: "usr_ann",
      from: { address: "app@example.com", name: "App" },
      subject: "Hello",
      category: "notification",
      stream: "transactional",
      messageId: `<${emailId}@example.com>`,
      provider: "resend",
      operationId: emailId,
      errorCode: null,
      recipients: [
        { address: "ann@example.org", name: null, field: "to", state: "accepted", opens: 0, clicks: 0, bounce: null },
        { address: "bob@example.org", name: "Bob", field: "bcc", state: "accepted" },
      ],
    });
    expect(email.providerMessageId).toBeTruthy();
    expect(content).toEqual({
      text: "Hello.",
      html: "<p>Hello</p>",
      replyTo: null,
      attachments: [{ filename: "a.txt", bytes: 5, contentType: null }],
    });
    const response = await fetch(`${doors.restUrl}/api/email/${emailId}`);
    expect(await response.json()).toMatchObject({ email: { emailId } });
  });

  it("is nobody else's: not another app's, not another organization's, and not there without the permission", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_roadmapper" });
    const emailId = await send("ann@example.org");
    const code = async () =>
      client()
        .email.get.query({ emailId })
        .then(
          () => "found",
          (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
        );
    expect(await code()).toBe("found");
    doors.callAs({ organizationId, appId: "srv_socialize" });
    expect(await code()).toBe("NOT_FOUND");
    expect(await client().email.list.query({ appId: "srv_roadmapper" })).toEqual({ emails: [], next: null });
    expect((await client().email.list.query({})).emails).toEqual([]);
    doors.callAs({ appId: "srv_roadmapper" });
    expect(await code()).toBe("NOT_FOUND");
    doors.callAs({ organizationId, appId: undefined, actor: { kind: "api_key", keyId: "key_1", userId: undefined } });
    expect(await code()).toBe("NOT_FOUND");
    person(organizationId);
    expect(await code()).toBe("found");
    person(organizationId, "srv_nexus");
    expect(await code()).toBe("found");
    person(organizationId, "srv_socialize");
    expect(await code()).toBe("NOT_FOUND");
    doors.callAs({ organizationId, appId: "srv_roadmapper", permissions: new Set(["srv_nexus.email:send"]) });
    expect(await code()).toBe("SCOPE_DENIED");
  });

  it("shows no subject and no text where it is security mail", async () => {
    doors.callAs({ appId: "srv_roadmapper" });
    const emailId = await send("ann@example.org", { category: "password_reset", subject: "Secret link" });
    const read = await client().email.get.query({ emailId });
    expect(read).toMatchObject({
      content: null,
      email: { subject: null, recipients: [{ address: "ann@example.org" }] },
    });
    expect(JSON.stringify(read)).not.toContain("Secret");
  });
});

describe("the list of mails", () => {
  it("comes page by page, newest first, each mail once", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_roadmapper" });
    const sent: string[] = [];
    for (let at = 0; at < 5; at += 1) sent.push(await send(`r${at}@example.org`));
    person(organizationId);
    const listed: string[] = [];
    let before: string | undefined;
    do {
      const page = await client().email.list.query({ limit: 2, before });
      listed.push(...page.emails.map(({ emailId }) => emailId));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(listed).toEqual(sent.toReversed());
  });

  it("is filtered by state, recipient, category, app and time", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_roadmapper" });
    const first = await send("ann@example.org");
    const otp = await send("bob@example.org", { category: "otp" });
    doors.sandbox.resend.setScript(() => "quota");
    doors.sandbox.mailbox?.setScript(({ stage }) => (stage === "rcpt" ? { do: "reply", code: 550 } : undefined));
    await client()
      .email.send.mutate({
        from: "app@example.com",
        to: ["ann@example.org"],
        subject: "No",
        text: "No.",
        provider: "smtp",
      })
      .catch(() => undefined);
    await doors.sandbox.reset();
    doors.callAs({ organizationId, appId: "srv_socialize" });
    const other = await send("Ann@Example.org");
    person(organizationId);
    const ids = async (query: Parameters<ReturnType<typeof client>["email"]["list"]["query"]>[0]) =>
      (await client().email.list.query(query)).emails.map(({ emailId }) => emailId);
    const [, failed = ""] = await ids({});
    expect(await ids({})).toEqual([other, failed, otp, first]);
    expect(await ids({ recipient: "ANN@example.org" })).toEqual([other, failed, first]);
    expect(await ids({ recipient: "nobody@example.org" })).toEqual([]);
    expect(await ids({ category: "otp" })).toEqual([otp]);
    expect(await ids({ appId: "srv_socialize" })).toEqual([other]);
    expect(await ids({ state: "failed" })).toEqual([failed]);
    expect(await ids({ state: "accepted", recipient: "ann@example.org" })).toEqual([other, first]);
    const { createdAt } = (await client().email.get.query({ emailId: otp })).email;
    expect(await ids({ to: createdAt })).toContain(first);
    expect(await ids({ from: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
    expect(await ids({ before: newId(), limit: 1 })).toEqual([other]);
  });
});

describe("suppressions", () => {
  it("are added, found, listed and removed, with an event of each in the trail", async () => {
    const { organizationId } = doors.callAs({ appId: "srv_socialize" });
    const address = "Left@Bücher.example";
    const { suppression, added } = await client().email.suppressions.add.mutate({
      address,
      stream: "broadcast",
      reason: "unsubscribe",
    });
    expect(suppression).toMatchObject({ address: "Left@xn--bcher-kva.example", source: "srv_socialize" });
    expect(added).toBe(true);
    const twice = await client().email.suppressions.add.mutate({ address, stream: "broadcast", reason: "unsubscribe" });
    expect(twice).toMatchObject({ added: false, suppression: { suppressionId: suppression.suppressionId } });
    const check = (stream: "transactional" | "broadcast") =>
      client().email.suppressions.check.query({ address: "left@xn--bcher-kva.example", stream });
    expect(await check("broadcast")).toMatchObject({ suppressed: true, suppressions: [{ reason: "unsubscribe" }] });
    expect(await check("transactional")).toMatchObject({ suppressed: false });
    await client().email.suppressions.add.mutate({ address: "b@example.org" });
    const page = await client().email.suppressions.list.query({ limit: 1 });
    expect(page.suppressions).toMatchObject([{ address: "b@example.org", stream: "any", reason: "manual" }]);
    const rest = await client().email.suppressions.list.query({ limit: 1, before: page.next ?? undefined });
    expect(rest).toMatchObject({ suppressions: [{ suppressionId: suppression.suppressionId }], next: null });
    expect(await client().email.suppressions.remove.mutate({ address })).toEqual({ removed: 1 });
    expect(await check("broadcast")).toMatchObject({ suppressed: false, suppressions: [] });
    const { rows } = await doors.deps.db.pool.query<{ action: string; text: string }>(
      "select action, details::text || target as text from nexus.audit_event where organization_id = $1 order by id",
      [organizationId],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      "email.suppression.add",
      "email.suppression.add",
      "email.suppression.add",
      "email.suppression.remove",
    ]);
    for (const { text } of rows) expect(text).not.toMatch(/left|example/i);
  });

  it("are one organization's, expire, and are removed by those alone who manage mail", async () => {
    const { organizationId } = doors.callAs({ permissions: new Set(["srv_nexus.email:send"]) });
    const past = { address: "a@example.org", expiresAt: new Date(Date.now() - 1_000).toISOString() };
    await expect(client().email.suppressions.add.mutate(past)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    await client().email.suppressions.add.mutate({ address: "a@example.org" });
    const removing = client().email.suppressions.remove.mutate({ address: "a@example.org" });
    await expect(removing).rejects.toMatchObject({ code: "SCOPE_DENIED" });
    await doors.deps.db.pool.query(
      "update nexus.email_suppression set expires_at = clock_timestamp() - interval '1 second' where org_id = $1",
      [organizationId],
    );
    expect(await client().email.suppressions.check.query({ address: "a@example.org" })).toMatchObject({
      suppressed: false,
    });
    doors.callAs();
    await expect(client().email.suppressions.remove.mutate({ address: "a@example.org" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});
