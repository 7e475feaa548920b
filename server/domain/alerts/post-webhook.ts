import { Webhook } from "standardwebhooks";
import { EgressError } from "../../platform/egress/index.ts";
import type { AlertDeps } from "./alert-deps.ts";
import type { SealedWebhook } from "./store-webhooks.ts";
import { secretsInForce } from "./webhook-secrets.ts";

/** How a webhook took a message. */
export interface Posted {
  /** Taken; to be sent again; or never to be sent again. */
  readonly outcome: "delivered" | "again" | "failed";
  readonly status: number | undefined;
  readonly error: string | undefined;
}

const timeoutMs = 10_000;
const maxBytes = 64 * 1024;
const never = new AbortController().signal;

/** What is not about the moment: the address, or the receiver's word that it is gone. */
const gone = 410;

const said = (error: unknown): Posted => {
  if (!(error instanceof EgressError)) throw error;
  const final = error.reason === "address_refused" || error.reason === "origin_refused";
  return { outcome: final ? "failed" : "again", status: error.status, error: error.message.slice(0, 500) };
};

/** Sends one message to a webhook, signed by Standard Webhooks with every secret that is in force. */
export const postWebhook = async (
  { egress, secretBox, clock }: Pick<AlertDeps, "egress" | "secretBox" | "clock">,
  webhook: SealedWebhook,
  { id, body }: { readonly id: string; readonly body: string },
): Promise<Posted> => {
  const sentAt = new Date(clock.now());
  const secrets = secretsInForce({ secretBox }, webhook);
  try {
    const attempt = egress.attempt({
      vendor: "webhook",
      credentialId: webhook.id,
      credentialVersion: 1,
      baseUrl: new URL(webhook.url).origin,
      deadlineMs: timeoutMs,
      firstByteMs: timeoutMs,
      idleMs: timeoutMs,
      maxBytes,
      signal: never,
    });
    try {
      const response = await attempt.fetch(webhook.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "webhook-id": id,
          "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
          "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, sentAt, body)).join(" "),
        },
        body,
      });
      await response.body?.cancel();
      const { status } = response;
      if (response.ok) return { outcome: "delivered", status, error: undefined };
      return { outcome: status === gone ? "failed" : "again", status, error: `It answered with status ${status}.` };
    } finally {
      attempt.close();
    }
  } catch (error) {
    return said(error);
  }
};
