import { verifyEvent } from "@topolo/nexus-client/events";
import { describe, expect, it } from "vitest";
import { webhookRefusal, stopClockAtTold, takenByTheApi } from "../../test/told-events.ts";

stopClockAtTold();

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
    expect(takenByTheApi((await post(bounced)).events)).toEqual([
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
    const told = async (given: unknown) => takenByTheApi((await post(given)).events).map(({ type }) => type);
    for (const type of ["delivered", "deferred", "failed", "rejected", "complained"])
      expect(await told(event(type))).toEqual([type]);
    expect(await told(event("rejected", { rejection: { reason: "suppressed" } }))).toEqual(["suppressed"]);
    expect(await told({ type: "cf.r2.object.created" })).toEqual([]);
  });

  it("takes nothing without the secret", async () => {
    expect(await webhookRefusal(post(event("delivered"), "other"))).toBe("unauthenticated");
    const none = verifyEvent("cloudflare", { headers: {}, body: "{}" }, { secret: "" });
    expect(await webhookRefusal(none)).toBe("unauthenticated");
  });
});
