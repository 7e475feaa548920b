import { sign } from "node:crypto";
import { verifyEvent } from "@topolo/nexus-client/events";
import { beforeEach, describe, expect, it } from "vitest";
import { createSelfSigned } from "../../test/self-signed.ts";
import { webhookRefusal, stopClockAtTold, takenByTheApi, toldAt, toldEmailId } from "../../test/told-events.ts";

stopClockAtTold();

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
      Timestamp: new Date(toldAt * 1_000).toISOString(),
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
        tags: { nexus_operation: [toldEmailId] },
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
    expect(takenByTheApi(events)).toMatchObject([
      {
        eventId: "sns_1.0",
        type: "bounced",
        bounce: "hard",
        code: "550 5.1.1",
        recipient: "ann@example.org",
        emailId: toldEmailId,
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
    expect(takenByTheApi(events)).toMatchObject([{ type, provider: "ses", emailId: toldEmailId }]);
  });

  it("finds our id in the headers, too, and tells nothing of what is no event", async () => {
    const mail = {
      messageId: "m",
      timestamp: "2017-08-05T00:40:02.012Z",
      headers: [{ name: "X-Nexus-Operation", value: toldEmailId }],
    };
    const { events } = await post(signed({ Message: JSON.stringify({ eventType: "Send", mail }) }));
    expect(events).toMatchObject([{ emailId: toldEmailId }]);
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
    expect(await webhookRefusal(post({ ...signed({}), SigningCertURL }))).toBe("unauthenticated");
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
      expect(await webhookRefusal(post({ ...message, [field]: `${message[field]}1` }))).not.toBe("taken");
    expect(await webhookRefusal(post({ ...message, Subject: "More" }))).toBe("unauthenticated");
    expect(await webhookRefusal(post(message, { topicArn: ["arn:aws:sns:eu-west-1:123456789012:other"] }))).toBe(
      "unauthenticated",
    );
    const old = new Date((toldAt - 7_201) * 1_000).toISOString();
    expect(await webhookRefusal(post(signed({ Timestamp: old })))).toBe("stale");
    const away = { readCertificate: () => Promise.reject(new Error("away")) };
    expect(await webhookRefusal(post(message, away))).toBe("unauthenticated");
    expect(await webhookRefusal(post({ ...message, Type: "toString" }))).toBe("unreadable");
  });
});
