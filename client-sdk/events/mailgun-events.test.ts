import { createHmac } from "node:crypto";
import { verifyEvent } from "@topolo/nexus-client/events";
import { describe, expect, it } from "vitest";
import { webhookRefusal, stopClockAtTold, takenByTheApi, toldAt, toldEmailId } from "../../test/told-events.ts";

stopClockAtTold();

describe("Mailgun, by its signing key", () => {
  const secrets = { signingKey: "key-1" };
  const token = "e0b5477167110d68991efc6b9f89f0a11066af27834600e123";
  const signatureOf = (key: string, timestamp: string) =>
    createHmac("sha256", key)
      .update(timestamp + token)
      .digest("hex");
  const post = (event: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}) => {
    const timestamp = String(toldAt);
    const signature = { timestamp, token, signature: signatureOf("key-1", timestamp), ...more };
    const data = {
      id: "evt_1",
      timestamp: toldAt + 0.375,
      recipient: "ann@example.org",
      message: { headers: { "message-id": `${toldEmailId}@example.com` } },
      "user-variables": { nexus_operation: toldEmailId },
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
    expect(takenByTheApi(events)).toMatchObject([
      {
        provider: "mailgun",
        eventId: "evt_1",
        emailId: toldEmailId,
        messageId: `<${toldEmailId}@example.com>`,
        recipient: "ann@example.org",
        ...told,
      },
    ]);
  });

  it("takes nothing that its key has not signed, and a subaccount's by the parent's", async () => {
    const event = { event: "delivered" };
    expect(await webhookRefusal(post(event, { signature: signatureOf("key-2", String(toldAt)) }))).toBe(
      "unauthenticated",
    );
    expect(await webhookRefusal(post(event, { timestamp: String(toldAt + 1) }))).toBe("unauthenticated");
    expect(await webhookRefusal(post(event, { token: "" }))).toBe("unauthenticated");
    const old = String(toldAt - 86_401);
    expect(await webhookRefusal(post(event, { timestamp: old, signature: signatureOf("key-1", old) }))).toBe("stale");
    const parent = {
      signature: signatureOf("key-2", String(toldAt)),
      "parent-signature": signatureOf("key-1", String(toldAt)),
    };
    expect(await webhookRefusal(post(event, parent))).toBe("taken");
  });
});
