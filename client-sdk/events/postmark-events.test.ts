import { verifyEvent } from "@topolo/nexus-client/events";
import { describe, expect, it } from "vitest";
import { webhookRefusal, stopClockAtTold, takenByTheApi, toldEmailId } from "../../test/told-events.ts";

stopClockAtTold();

describe("Postmark, by the name and password of its settings", () => {
  const secrets = { username: "nexus", password: "pass:word" };
  const authorization = `Basic ${Buffer.from("nexus:pass:word").toString("base64")}`;
  const post = (body: unknown, headers: Readonly<Record<string, string>> = { Authorization: authorization }) =>
    verifyEvent("postmark", { headers, body: JSON.stringify(body) }, secrets);
  const common = {
    MessageID: "883953f4-6105-42a2-a16a-77a8eac79483",
    Metadata: { nexus_operation: toldEmailId },
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
    expect(takenByTheApi(events)).toMatchObject([
      {
        provider: "postmark",
        emailId: toldEmailId,
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
    for (const header of wrong)
      expect(await webhookRefusal(post(body, { authorization: header }))).toBe("unauthenticated");
    expect(await webhookRefusal(post(body, {}))).toBe("unauthenticated");
    const empty = verifyEvent(
      "postmark",
      { headers: { authorization: "Basic Og==" }, body: "{}" },
      { username: "", password: "" },
    );
    expect(await webhookRefusal(empty)).toBe("unauthenticated");
    expect(await webhookRefusal(verifyEvent("postmark", { headers: { authorization }, body: "{" }, secrets))).toBe(
      "unreadable",
    );
  });
});
