import { createHmac, createSign, generateKeyPairSync, sign } from "node:crypto";
import { EventVerificationError, verifyEvent, type MailEvent } from "@topolo/nexus-client/events";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ReportEventInput } from "../server/contracts/email/mail-event.ts";
import { createSelfSigned } from "../test/self-signed.ts";

const codeOf = (verifying: Promise<unknown>): Promise<string> =>
  verifying.then(
    () => "taken",
    (error: unknown) => (error instanceof EventVerificationError ? error.code : String(error)),
  );

/** As the API takes them: what a verifier gives is never refused. */
const taken = (events: readonly MailEvent[]): readonly MailEvent[] => {
  for (const event of events) ReportEventInput.parse(event);
  return events;
};

const emailId = "019a2002-8f85-706b-b97e-0071d41bb937";
const now = 1_764_417_600;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: now * 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("Resend, by Standard Webhooks", () => {
  // The specification's own vector: https://github.com/standard-webhooks/standard-webhooks
  const vector = {
    secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
    signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const { secret } = vector;

  const signed = (body: string, id = "msg_1", at = now) => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const signature = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest("base64");
    return { headers: { "svix-id": id, "svix-timestamp": String(at), "svix-signature": `v1,${signature}` }, body };
  };

  const event = (type: string, data: Readonly<Record<string, unknown>> = {}) =>
    JSON.stringify({
      type,
      created_at: "2025-11-29T12:00:00.000Z",
      data: {
        email_id: "56761188-7520-42d8-8898-ff6fc54ce618",
        to: ["Ann <ann@example.org>"],
        tags: [{ name: "nexus_operation", value: emailId }],
        ...data,
      },
    });

  it("takes the specification's vector at its time", async () => {
    vi.setSystemTime(vector.timestamp * 1_000);
    const headers = {
      "webhook-id": vector.id,
      "webhook-timestamp": String(vector.timestamp),
      "webhook-signature": `v1,wrong= ${vector.signature}`,
    };
    expect(await verifyEvent("resend", { headers, body: vector.body }, { secret })).toEqual({ events: [] });
    vi.setSystemTime((vector.timestamp + 301) * 1_000);
    expect(await codeOf(verifyEvent("resend", { headers, body: vector.body }, { secret }))).toBe("unauthenticated");
  });

  it("tells bounces with kind and codes, one event for each recipient, and takes a fetch request", async () => {
    const body = event("email.bounced", {
      to: ["ann@example.org", "bob@example.org"],
      tags: { nexus_operation: emailId },
      bounce: {
        type: "Permanent",
        subType: "General",
        message: "gone",
        diagnosticCode: ["smtp; 550 5.1.1 <ann@example.org> unknown"],
      },
    });
    const request = new Request("https://app.example/hook", { method: "POST", ...signed(body) });
    const { events } = await verifyEvent("resend", request, { secret: ["whsec_AAAA", secret] });
    expect(taken(events)).toEqual(
      ["ann@example.org", "bob@example.org"].map((recipient, n) => ({
        provider: "resend",
        eventId: `msg_1.${n}`,
        type: "bounced",
        occurredAt: "2025-11-29T12:00:00.000Z",
        emailId,
        providerMessageId: "56761188-7520-42d8-8898-ff6fc54ce618",
        recipient,
        bounce: "hard",
        code: "550 5.1.1",
      })),
    );
  });

  it.each([
    ["email.sent", "accepted"],
    ["email.delivered", "delivered"],
    ["email.delivery_delayed", "deferred"],
    ["email.complained", "complained"],
    ["email.failed", "failed"],
    ["email.suppressed", "suppressed"],
    ["email.opened", "opened"],
    ["email.clicked", "clicked"],
  ])("%s is %s", async (type, told) => {
    const { events } = await verifyEvent("resend", signed(event(type)), { secret });
    expect(taken(events)).toMatchObject([{ type: told, emailId, recipient: "ann@example.org", eventId: "msg_1" }]);
  });

  it("tells nothing of what is no mail's", async () => {
    expect(await verifyEvent("resend", signed('{"type":"contact.created","data":{}}'), { secret })).toEqual({
      events: [],
    });
  });

  it("takes nothing that was changed anywhere", async () => {
    const body = event("email.delivered");
    const { headers } = signed(body);
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        fc.pre(body.charCodeAt(at) !== code);
        const changed = body.slice(0, at) + String.fromCharCode(code) + body.slice(at + 1);
        expect(await codeOf(verifyEvent("resend", { headers, body: changed }, { secret }))).toBe("unauthenticated");
      }),
    );
    for (const name of ["svix-id", "svix-timestamp", "svix-signature"] as const) {
      const other = { ...headers, [name]: `${headers[name]}0` };
      expect(await codeOf(verifyEvent("resend", { headers: other, body }, { secret }))).toBe("unauthenticated");
      const { [name]: _, ...without } = headers;
      expect(await codeOf(verifyEvent("resend", { headers: without, body }, { secret }))).toBe("unauthenticated");
    }
    expect(await codeOf(verifyEvent("resend", { headers, body }, { secret: "whsec_AAAA" }))).toBe("unauthenticated");
    expect(await codeOf(verifyEvent("resend", { headers, body }, { secret: "" }))).toBe("unauthenticated");
    expect(await codeOf(verifyEvent("resend", { headers, body }, { secret: [] }))).toBe("unauthenticated");
  });
});

describe("Postmark, by the name and password of its settings", () => {
  const secrets = { username: "nexus", password: "pass:word" };
  const authorization = `Basic ${Buffer.from("nexus:pass:word").toString("base64")}`;
  const post = (body: unknown, headers: Readonly<Record<string, string>> = { Authorization: authorization }) =>
    verifyEvent("postmark", { headers, body: JSON.stringify(body) }, secrets);
  const common = {
    MessageID: "883953f4-6105-42a2-a16a-77a8eac79483",
    Metadata: { nexus_operation: emailId },
    Email: "john@example.com",
    Recipient: "john@example.com",
    BouncedAt: "2019-11-05T16:33:54.9070259Z",
    DeliveredAt: "2019-11-05T16:33:54.9070259Z",
    ReceivedAt: "2019-11-05T16:33:54.9070259Z",
    ChangedAt: "2019-11-05T16:33:54.9070259Z",
  };

  it.each([
    [{ RecordType: "Delivery" }, { type: "delivered" }],
    [
      { RecordType: "Bounce", ID: 42, Type: "HardBounce", Details: "smtp;550 5.1.1 gone" },
      { type: "bounced", bounce: "hard", code: "550 5.1.1", eventId: "Bounce.42" },
    ],
    [
      { RecordType: "Bounce", ID: 43, Type: "SoftBounce", Details: "" },
      { type: "bounced", bounce: "soft" },
    ],
    [
      { RecordType: "Bounce", ID: 44, Type: "Blocked" },
      { type: "bounced", bounce: "undetermined" },
    ],
    [{ RecordType: "SpamComplaint", ID: 42, Type: "SpamComplaint" }, { type: "complained" }],
    [{ RecordType: "Open", FirstOpen: true }, { type: "opened" }],
    [{ RecordType: "Click", OriginalLink: "https://example.com" }, { type: "clicked" }],
    [
      { RecordType: "SubscriptionChange", SuppressSending: true, SuppressionReason: "ManualSuppression" },
      { type: "unsubscribed" },
    ],
  ])("%j is %j", async (event, told) => {
    const { events } = await post({ ...common, ...event });
    expect(taken(events)).toMatchObject([
      {
        provider: "postmark",
        emailId,
        recipient: "john@example.com",
        providerMessageId: common.MessageID,
        occurredAt: "2019-11-05T16:33:54.907Z",
        ...told,
      },
    ]);
  });

  it("gives events without an id one that is the same each time, and has no address in it", async () => {
    const [first] = (await post({ ...common, RecordType: "Delivery" })).events;
    const [again] = (await post({ ...common, RecordType: "Delivery" })).events;
    const [other] = (await post({ ...common, RecordType: "Open" })).events;
    expect(again?.eventId).toBe(first?.eventId);
    expect(other?.eventId).not.toBe(first?.eventId);
    expect(first?.eventId).not.toContain("john");
  });

  it("tells nothing of answers to mail, and of subscriptions that bounces have ended", async () => {
    expect((await post({ ...common, RecordType: "Bounce", ID: 1, Type: "AutoResponder" })).events).toEqual([]);
    const change = { RecordType: "SubscriptionChange", SuppressSending: true, SuppressionReason: "HardBounce" };
    expect((await post({ ...common, ...change })).events).toEqual([]);
  });

  it("takes nothing without them", async () => {
    const body = { ...common, RecordType: "Delivery" };
    const wrong = [
      "",
      "Basic",
      authorization.slice(0, -2),
      `Basic ${Buffer.from("nexus:").toString("base64")}`,
      "Bearer x",
    ];
    for (const header of wrong) expect(await codeOf(post(body, { authorization: header }))).toBe("unauthenticated");
    expect(await codeOf(post(body, {}))).toBe("unauthenticated");
    const empty = verifyEvent(
      "postmark",
      { headers: { authorization: "Basic Og==" }, body: "{}" },
      { username: "", password: "" },
    );
    expect(await codeOf(empty)).toBe("unauthenticated");
    expect(await codeOf(verifyEvent("postmark", { headers: { authorization }, body: "{" }, secrets))).toBe(
      "unreadable",
    );
  });
});

describe("SendGrid, by its signed event webhook", () => {
  // Twilio's own vector: https://github.com/sendgrid/sendgrid-nodejs, packages/eventwebhook
  const vector = {
    publicKey:
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
    signature: "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
    timestamp: "1600112502",
    body: `${JSON.stringify([
      {
        email: "hello@world.com",
        event: "dropped",
        reason: "Bounced Address",
        sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
        sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
        "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
        timestamp: 1_600_112_492,
      },
    ])}\r\n`,
  };
  const headersOf = (signature: string, timestamp: string) => ({
    "X-Twilio-Email-Event-Webhook-Signature": signature,
    "X-Twilio-Email-Event-Webhook-Timestamp": timestamp,
  });
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const secrets = { publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64") };
  const signed = (events: unknown, timestamp = String(now)) => {
    const body = JSON.stringify(events);
    return {
      headers: headersOf(
        createSign("sha256")
          .update(timestamp + body)
          .sign(privateKey, "base64"),
        timestamp,
      ),
      body,
    };
  };
  const event = (more: Readonly<Record<string, unknown>>) => ({
    email: "ann@example.org",
    timestamp: now,
    sg_event_id: "evt_1",
    sg_message_id: "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    nexus_operation: emailId,
    ...more,
  });

  it("takes the vendor's vector at its time", async () => {
    const request = { headers: headersOf(vector.signature, vector.timestamp), body: vector.body };
    vi.setSystemTime(Number(vector.timestamp) * 1_000);
    const { events } = await verifyEvent("sendgrid", request, { publicKey: vector.publicKey });
    expect(taken(events)).toEqual([
      {
        provider: "sendgrid",
        eventId: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
        type: "suppressed",
        occurredAt: "2020-09-14T19:41:32.000Z",
        messageId: "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
        providerMessageId: "LRzXl_NHStOGhQ4kofSm_A",
        recipient: "hello@world.com",
      },
    ]);
    vi.setSystemTime((Number(vector.timestamp) + 86_401) * 1_000);
    expect(await codeOf(verifyEvent("sendgrid", request, { publicKey: vector.publicKey }))).toBe("stale");
    const strict = { publicKey: vector.publicKey, toleranceSeconds: 86_402 };
    expect(await codeOf(verifyEvent("sendgrid", request, strict))).toBe("taken");
  });

  it("tells each event of a batch in the words of all vendors", async () => {
    const given = [
      event({ event: "processed" }),
      event({ event: "deferred", response: "400 4.2.0 try again later" }),
      event({ event: "delivered", response: "250 OK" }),
      event({ event: "bounce", type: "bounce", reason: "500 unknown recipient", status: "5.1.1" }),
      event({ event: "bounce", type: "blocked", reason: "550 5.7.1 spam", status: "5.7.1" }),
      event({ event: "dropped", reason: "Spam Content (if spam checker app enabled)" }),
      event({ event: "open", sg_machine_open: true }),
      event({ event: "open", sg_machine_open: false }),
      event({ event: "click" }),
      event({ event: "spamreport" }),
      event({ event: "group_unsubscribe" }),
      event({ event: "group_resubscribe" }),
    ];
    const { events } = await verifyEvent("sendgrid", signed(given), secrets);
    expect(taken(events).map(({ type, bounce, code, automated }) => [type, bounce, code, automated])).toEqual([
      ["accepted", undefined, undefined, undefined],
      ["deferred", undefined, "400 4.2.0", undefined],
      ["delivered", undefined, undefined, undefined],
      ["bounced", "hard", "500 5.1.1", undefined],
      ["bounced", "soft", "550 5.7.1", undefined],
      ["rejected", undefined, undefined, undefined],
      ["opened", undefined, undefined, true],
      ["opened", undefined, undefined, undefined],
      ["clicked", undefined, undefined, undefined],
      ["complained", undefined, undefined, undefined],
      ["unsubscribed", undefined, undefined, undefined],
    ]);
    expect(events[0]).toMatchObject({ emailId, providerMessageId: "14c5d75ce93" });
  });

  it("takes nothing that was changed anywhere, or that another key has signed", async () => {
    const { headers, body } = signed([event({ event: "delivered" })]);
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        fc.pre(body.charCodeAt(at) !== code);
        const changed = body.slice(0, at) + String.fromCharCode(code) + body.slice(at + 1);
        expect(await codeOf(verifyEvent("sendgrid", { headers, body: changed }, secrets))).toBe("unauthenticated");
      }),
    );
    const other = { publicKey: vector.publicKey };
    expect(await codeOf(verifyEvent("sendgrid", { headers, body }, other))).toBe("unauthenticated");
    expect(await codeOf(verifyEvent("sendgrid", { headers, body }, { publicKey: "no key" }))).toBe("unauthenticated");
    expect(await codeOf(verifyEvent("sendgrid", { headers: {}, body }, secrets))).toBe("unauthenticated");
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    const wrongKind = { publicKey: rsa.export({ format: "der", type: "spki" }).toString("base64") };
    expect(await codeOf(verifyEvent("sendgrid", { headers, body }, wrongKind))).toBe("unauthenticated");
    expect(await codeOf(verifyEvent("sendgrid", signed({ not: "a list" }), secrets))).toBe("unreadable");
  });
});

describe("Mailgun, by its signing key", () => {
  const secrets = { signingKey: "key-1" };
  const token = "e0b5477167110d68991efc6b9f89f0a11066af27834600e123";
  const signatureOf = (key: string, timestamp: string) =>
    createHmac("sha256", key)
      .update(timestamp + token)
      .digest("hex");
  const post = (event: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) => {
    const timestamp = String(now);
    const signature = { timestamp, token, signature: signatureOf("key-1", timestamp), ...more };
    const data = {
      id: "evt_1",
      timestamp: now + 0.375,
      recipient: "ann@example.org",
      message: { headers: { "message-id": `${emailId}@example.com` } },
      "user-variables": { nexus_operation: emailId },
      ...event,
    };
    return verifyEvent("mailgun", { headers: {}, body: JSON.stringify({ signature, "event-data": data }) }, secrets);
  };

  it.each([
    [{ event: "accepted" }, { type: "accepted" }],
    [{ event: "delivered" }, { type: "delivered" }],
    [
      { event: "failed", severity: "temporary", "delivery-status": { code: 450, "enhanced-code": "4.2.2" } },
      { type: "deferred", code: "450 4.2.2" },
    ],
    [
      {
        event: "failed",
        severity: "permanent",
        reason: "bounce",
        "delivery-status": { code: 550, message: "5.1.1 gone" },
      },
      { type: "bounced", bounce: "hard", code: "550 5.1.1" },
    ],
    [
      { event: "failed", severity: "permanent", reason: "generic", "delivery-status": { code: 605 } },
      { type: "bounced", bounce: "undetermined" },
    ],
    [{ event: "failed", severity: "permanent", reason: "suppress-bounce" }, { type: "suppressed" }],
    [
      { event: "opened", "client-info": { bot: "apple" } },
      { type: "opened", automated: true },
    ],
    [{ event: "clicked", "client-info": { bot: "" } }, { type: "clicked" }],
    [{ event: "complained" }, { type: "complained" }],
    [{ event: "unsubscribed" }, { type: "unsubscribed" }],
  ])("%j is %j", async (event, told) => {
    const { events } = await post(event);
    expect(taken(events)).toMatchObject([
      {
        provider: "mailgun",
        eventId: "evt_1",
        emailId,
        messageId: `<${emailId}@example.com>`,
        recipient: "ann@example.org",
        ...told,
      },
    ]);
  });

  it("takes nothing that its key has not signed, and a subaccount's by the parent's", async () => {
    const event = { event: "delivered" };
    expect(await codeOf(post(event, { signature: signatureOf("key-2", String(now)) }))).toBe("unauthenticated");
    expect(await codeOf(post(event, { timestamp: String(now + 1) }))).toBe("unauthenticated");
    expect(await codeOf(post(event, { token: "" }))).toBe("unauthenticated");
    const old = String(now - 86_401);
    expect(await codeOf(post(event, { timestamp: old, signature: signatureOf("key-1", old) }))).toBe("stale");
    const parent = {
      signature: signatureOf("key-2", String(now)),
      "parent-signature": signatureOf("key-1", String(now)),
    };
    expect(await codeOf(post(event, parent))).toBe("taken");
  });
});

describe("Cloudflare, by the secret of what empties its queue", () => {
  const secrets = { secret: "s3cret" };
  const post = (event: unknown, secret = "s3cret") =>
    verifyEvent("cloudflare", { headers: { "cf-webhook-auth": secret }, body: JSON.stringify(event) }, secrets);
  const event = (type: string, payload: Readonly<Record<string, unknown>> = {}) => ({
    type: `cf.email.sending.message.${type}`,
    source: { type: "email.sending", domain: "example.com" },
    payload: { eventId: "evt_1", messageId: "0101018f7d0c4d9a", recipient: "ann@example.org", ...payload },
    metadata: { eventTimestamp: "2026-01-15T10:00:00Z" },
  });

  it("tells what became of the mail", async () => {
    const bounced = event("bounced", {
      delivery: {
        status: "bounced",
        smtpStatusCode: "550",
        smtpEnhancedStatusCode: "5.1.1",
        smtpResponse: "550 5.1.1 User unknown",
      },
      bounce: { type: "hard" },
    });
    expect(taken((await post(bounced)).events)).toEqual([
      {
        provider: "cloudflare",
        eventId: "evt_1",
        type: "bounced",
        occurredAt: "2026-01-15T10:00:00.000Z",
        providerMessageId: "0101018f7d0c4d9a",
        recipient: "ann@example.org",
        bounce: "hard",
        code: "550 5.1.1",
      },
    ]);
    const told = async (given: unknown) => taken((await post(given)).events).map(({ type }) => type);
    for (const type of ["delivered", "deferred", "failed", "rejected", "complained"])
      expect(await told(event(type))).toEqual([type]);
    expect(await told(event("rejected", { rejection: { reason: "suppressed" } }))).toEqual(["suppressed"]);
    expect(await told({ type: "cf.r2.object.created" })).toEqual([]);
  });

  it("takes nothing without the secret", async () => {
    expect(await codeOf(post(event("delivered"), "other"))).toBe("unauthenticated");
    const none = verifyEvent("cloudflare", { headers: {}, body: "{}" }, { secret: "" });
    expect(await codeOf(none)).toBe("unauthenticated");
  });
});

describe("Amazon SES, by SNS", () => {
  const topicArn = "arn:aws:sns:eu-west-1:123456789012:mail";
  const address = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem";
  const { cert: certificate, key: privateKey } = createSelfSigned("rsa");
  let asked: string[] = [];
  const secrets = {
    topicArn,
    readCertificate: async (url: string) => {
      asked.push(url);
      return certificate;
    },
  };
  beforeEach(() => {
    asked = [];
  });

  const order = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const signed = (fields: Readonly<Record<string, string>>, version: "1" | "2" = "2"): Record<string, string> => {
    const message: Record<string, string> = {
      Type: "Notification",
      MessageId: "sns_1",
      TopicArn: topicArn,
      Timestamp: new Date(now * 1_000).toISOString(),
      Message: "{}",
      ...fields,
    };
    const text = order.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join("");
    const signature = sign(version === "1" ? "sha1" : "sha256", Buffer.from(text), privateKey).toString("base64");
    return { ...message, SignatureVersion: version, Signature: signature, SigningCertURL: address };
  };
  const post = (message: unknown, more: Partial<Parameters<typeof verifyEvent<"ses">>[2]> = {}) =>
    verifyEvent("ses", { headers: {}, body: JSON.stringify(message) }, { ...secrets, ...more });
  const ses = (event: Readonly<Record<string, unknown>>) =>
    JSON.stringify({
      mail: {
        messageId: "EXAMPLE7c191be45",
        timestamp: "2017-08-05T00:40:02.012Z",
        tags: { nexus_operation: [emailId] },
      },
      ...event,
    });

  it.each(["1", "2"] as const)("takes messages of its topics, signed by version %s", async (version) => {
    const Message = ses({
      eventType: "Bounce",
      bounce: {
        bounceType: "Permanent",
        bounceSubType: "General",
        bouncedRecipients: [
          {
            emailAddress: "ann@example.org",
            action: "failed",
            status: "5.1.1",
            diagnosticCode: "smtp; 550 5.1.1 user unknown",
          },
          { emailAddress: "bob@example.org" },
        ],
        timestamp: "2017-08-05T00:41:02.669Z",
      },
    });
    const { events } = await post(signed({ Message, Subject: "Amazon SES Email Event Notification" }, version));
    expect(taken(events)).toMatchObject([
      {
        eventId: "sns_1.0",
        type: "bounced",
        bounce: "hard",
        code: "550 5.1.1",
        recipient: "ann@example.org",
        emailId,
        occurredAt: "2017-08-05T00:41:02.669Z",
        providerMessageId: "EXAMPLE7c191be45",
      },
      { eventId: "sns_1.1", type: "bounced", bounce: "hard", recipient: "bob@example.org" },
    ]);
    expect(asked).toEqual([address]);
  });

  it.each([
    [{ eventType: "Send", send: {} }, "accepted"],
    [
      { eventType: "Delivery", delivery: { timestamp: "2017-08-05T00:41:02.669Z", recipients: ["ann@example.org"] } },
      "delivered",
    ],
    [
      { notificationType: "Complaint", complaint: { complainedRecipients: [{ emailAddress: "ann@example.org" }] } },
      "complained",
    ],
    [
      {
        eventType: "Bounce",
        bounce: { bounceType: "Permanent", bounceSubType: "OnAccountSuppressionList", bouncedRecipients: [] },
      },
      "suppressed",
    ],
    [
      {
        eventType: "DeliveryDelay",
        deliveryDelay: {
          delayType: "MailboxFull",
          delayedRecipients: [{ emailAddress: "ann@example.org", status: "4.2.2" }],
        },
      },
      "deferred",
    ],
    [{ eventType: "Reject", reject: { reason: "Bad content" } }, "rejected"],
    [{ eventType: "Rendering Failure", failure: {} }, "failed"],
    [{ eventType: "Open", open: { timestamp: "2017-08-09T22:00:19.652Z" } }, "opened"],
    [{ eventType: "Click", click: { timestamp: "2017-08-09T22:00:19.652Z" } }, "clicked"],
    [{ eventType: "Subscription", subscription: { timestamp: "2022-01-12T01:00:14.340Z" } }, "unsubscribed"],
  ])("%j is %s", async (event, type) => {
    const { events } = await post(signed({ Message: ses(event) }));
    expect(taken(events)).toMatchObject([{ type, provider: "ses", emailId }]);
  });

  it("finds our id in the headers, too, and tells nothing of what is no event", async () => {
    const mail = {
      messageId: "m",
      timestamp: "2017-08-05T00:40:02.012Z",
      headers: [{ name: "X-Nexus-Operation", value: emailId }],
    };
    const { events } = await post(signed({ Message: JSON.stringify({ eventType: "Send", mail }) }));
    expect(events).toMatchObject([{ emailId }]);
    expect(await post(signed({ Message: "Successfully validated SNS topic" }))).toEqual({ events: [] });
  });

  it("gives the address by which a topic is confirmed, and opens it not", async () => {
    const subscribeUrl = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";
    const confirmation = {
      Type: "SubscriptionConfirmation",
      Token: "t",
      SubscribeURL: subscribeUrl,
      Message: "Confirm.",
    };
    expect(await post(signed(confirmation))).toEqual({ events: [], subscription: { topicArn, subscribeUrl } });
    const elsewhere = { ...confirmation, SubscribeURL: "https://sns.eu-west-1.amazonaws.com.evil.example/?Token=t" };
    expect(await post(signed(elsewhere))).toEqual({ events: [] });
    expect(asked).toEqual([address, address]);
  });

  it.each([
    "http://sns.eu-west-1.amazonaws.com/a.pem",
    "https://sns.eu-west-1.amazonaws.com.evil.example/a.pem",
    "https://evil.example/sns.eu-west-1.amazonaws.com/a.pem",
    "https://sns.eu-west-1.amazonaws.com@evil.example/a.pem",
    "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
    "https://s3.amazonaws.com/a.pem",
    "https://sns.eu-west-1.amazonaws.com/a/../b.pem?x",
    "https://sns.eu-west-1.amazonaws.com/bucket/a.pem",
    "",
  ])("asks nobody for a certificate at %s", async (SigningCertURL) => {
    expect(await codeOf(post({ ...signed({}), SigningCertURL }))).toBe("unauthenticated");
    expect(asked).toEqual([]);
  });

  it("takes nothing that was changed, is of another topic, or is old", async () => {
    const message = signed({ Message: ses({ eventType: "Send" }) });
    for (const field of [
      "Message",
      "MessageId",
      "Timestamp",
      "TopicArn",
      "Type",
      "Signature",
      "SignatureVersion",
    ] as const)
      expect(await codeOf(post({ ...message, [field]: `${message[field]}1` }))).not.toBe("taken");
    expect(await codeOf(post({ ...message, Subject: "More" }))).toBe("unauthenticated");
    expect(await codeOf(post(message, { topicArn: ["arn:aws:sns:eu-west-1:123456789012:other"] }))).toBe(
      "unauthenticated",
    );
    const old = new Date((now - 7_201) * 1_000).toISOString();
    expect(await codeOf(post(signed({ Timestamp: old })))).toBe("stale");
    const away = { readCertificate: () => Promise.reject(new Error("away")) };
    expect(await codeOf(post(message, away))).toBe("unauthenticated");
    expect(await codeOf(post({ ...message, Type: "toString" }))).toBe("unreadable");
  });
});

it("whatever a stranger posts is refused with a typed error, and nothing of it is in the error", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.json(),
      fc.dictionary(fc.constantFrom("authorization", "svix-id", "cf-webhook-auth"), fc.string()),
      async (body, headers) => {
        const request = { headers, body };
        const refused = [
          verifyEvent("resend", request, { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }),
          verifyEvent("postmark", request, { username: "a", password: "b".repeat(20) }),
          verifyEvent("sendgrid", request, { publicKey: "AAAA" }),
          verifyEvent("mailgun", request, { signingKey: "k" }),
          verifyEvent("cloudflare", request, { secret: "c".repeat(20) }),
          verifyEvent("ses", request, { topicArn: "arn", readCertificate: () => Promise.reject(new Error("none")) }),
        ];
        for (const one of refused) expect(["unauthenticated", "unreadable"]).toContain(await codeOf(one));
      },
    ),
  );
});
