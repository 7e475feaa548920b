import { verifyEvent } from "@topolo/nexus-client/events";
import fc from "fast-check";
import { expect, it } from "vitest";
import { webhookRefusal, stopClockAtTold } from "../../test/told-events.ts";

stopClockAtTold();

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
        for (const one of refused) expect(["unauthenticated", "unreadable"]).toContain(await webhookRefusal(one));
      },
    ),
  );
});
