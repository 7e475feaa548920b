import { createSign, generateKeyPairSync } from "node:crypto";
import { verifyEvent } from "@topolo/nexus-client/events";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { webhookRefusal, stopClockAtTold, takenByTheApi, toldAt, toldEmailId } from "../../test/told-events.ts";

stopClockAtTold();

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
  const signed = (events: unknown, timestamp = String(toldAt)) => {
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
    timestamp: toldAt,
    sg_event_id: "evt_1",
    sg_message_id: "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    nexus_operation: toldEmailId,
    ...more,
  });

  it("takes the vendor's vector at its time", async () => {
    const request = { headers: headersOf(vector.signature, vector.timestamp), body: vector.body };
    vi.setSystemTime(Number(vector.timestamp) * 1_000);
    const { events } = await verifyEvent("sendgrid", request, { publicKey: vector.publicKey });
    expect(takenByTheApi(events)).toEqual([
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
    expect(await webhookRefusal(verifyEvent("sendgrid", request, { publicKey: vector.publicKey }))).toBe("stale");
    const strict = { publicKey: vector.publicKey, toleranceSeconds: 86_402 };
    expect(await webhookRefusal(verifyEvent("sendgrid", request, strict))).toBe("taken");
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
    expect(takenByTheApi(events).map(({ type, bounce, code, automated }) => [type, bounce, code, automated])).toEqual([
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
    expect(events[0]).toMatchObject({ emailId: toldEmailId, providerMessageId: "14c5d75ce93" });
  });

  it("takes nothing that was changed anywhere, or that another key has signed", async () => {
    const { headers, body } = signed([event({ event: "delivered" })]);
    await fc.assert(
      fc.asyncProperty(fc.nat(body.length - 1), fc.integer({ min: 32, max: 126 }), async (at, code) => {
        fc.pre(body.charCodeAt(at) !== code);
        const changed = body.slice(0, at) + String.fromCharCode(code) + body.slice(at + 1);
        expect(await webhookRefusal(verifyEvent("sendgrid", { headers, body: changed }, secrets))).toBe(
          "unauthenticated",
        );
      }),
    );
    const other = { publicKey: vector.publicKey };
    expect(await webhookRefusal(verifyEvent("sendgrid", { headers, body }, other))).toBe("unauthenticated");
    expect(await webhookRefusal(verifyEvent("sendgrid", { headers, body }, { publicKey: "no key" }))).toBe(
      "unauthenticated",
    );
    expect(await webhookRefusal(verifyEvent("sendgrid", { headers: {}, body }, secrets))).toBe("unauthenticated");
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
    const wrongKind = { publicKey: rsa.export({ format: "der", type: "spki" }).toString("base64") };
    expect(await webhookRefusal(verifyEvent("sendgrid", { headers, body }, wrongKind))).toBe("unauthenticated");
    expect(await webhookRefusal(verifyEvent("sendgrid", signed({ not: "a list" }), secrets))).toBe("unreadable");
  });
});
