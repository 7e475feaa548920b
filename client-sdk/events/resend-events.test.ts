import { createHmac } from "node:crypto";
import { verifyEvent } from "@topolo/nexus-client/events";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { webhookRefusal, stopClockAtTold, takenByTheApi, toldAt, toldEmailId } from "../../test/told-events.ts";

stopClockAtTold();

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

  const signed = (body: string, id = "msg_1", at = toldAt) => {
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
        tags: [{ name: "nexus_operation", value: toldEmailId }],
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
    expect(await webhookRefusal(verifyEvent("resend", { headers, body: vector.body }, { secret }))).toBe(
      "unauthenticated",
    );
  });

  it("tells bounces with kind and codes, one event for each recipient, and takes a fetch request", async () => {
    const body = event("email.bounced", {
      to: ["ann@example.org", "bob@example.org"],
      tags: { nexus_operation: toldEmailId },
      bounce: {
        type: "Permanent",
        subType: "General",
        message: "gone",
        diagnosticCode: ["smtp; 550 5.1.1 <ann@example.org> unknown"],
      },
    });
    const request = new Request("https://app.example/hook", { method: "POST", ...signed(body) });
    const { events } = await verifyEvent("resend", request, { secret: ["whsec_AAAA", secret] });
    expect(takenByTheApi(events)).toEqual(
      ["ann@example.org", "bob@example.org"].map((recipient, n) => ({
        provider: "resend",
        eventId: `msg_1.${n}`,
        type: "bounced",
        occurredAt: "2025-11-29T12:00:00.000Z",
        emailId: toldEmailId,
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
    expect(takenByTheApi(events)).toMatchObject([
      { type: told, emailId: toldEmailId, recipient: "ann@example.org", eventId: "msg_1" },
    ]);
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
        expect(await webhookRefusal(verifyEvent("resend", { headers, body: changed }, { secret }))).toBe(
          "unauthenticated",
        );
      }),
    );
    for (const name of ["svix-id", "svix-timestamp", "svix-signature"] as const) {
      const other = { ...headers, [name]: `${headers[name]}0` };
      expect(await webhookRefusal(verifyEvent("resend", { headers: other, body }, { secret }))).toBe("unauthenticated");
      const { [name]: _, ...without } = headers;
      expect(await webhookRefusal(verifyEvent("resend", { headers: without, body }, { secret }))).toBe(
        "unauthenticated",
      );
    }
    expect(await webhookRefusal(verifyEvent("resend", { headers, body }, { secret: "whsec_AAAA" }))).toBe(
      "unauthenticated",
    );
    expect(await webhookRefusal(verifyEvent("resend", { headers, body }, { secret: "" }))).toBe("unauthenticated");
    expect(await webhookRefusal(verifyEvent("resend", { headers, body }, { secret: [] }))).toBe("unauthenticated");
  });
});
