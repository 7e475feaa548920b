import { randomBytes } from "node:crypto";
import { z } from "zod";
import { createSealedBox } from "../../platform/crypto/index.ts";
import type { AlertDeps } from "./alert-deps.ts";
import type { SealedWebhook } from "./store-webhooks.ts";

const secretBytes = 32;

const Secrets = z.object({ current: z.string(), previous: z.string().nullable() });
type Secrets = z.infer<typeof Secrets>;

/** A signing secret as Standard Webhooks writes it. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(secretBytes).toString("base64")}`;

/** What a webhook's messages are signed with, so that only this deployment reads it. */
export const sealSecrets = (
  { secretBox }: Pick<AlertDeps, "secretBox">,
  webhookId: string,
  secrets: Secrets,
): Uint8Array => createSealedBox(secretBox, "webhook").seal(webhookId, Buffer.from(JSON.stringify(secrets)));

const open = ({ secretBox }: Pick<AlertDeps, "secretBox">, { id, secrets }: SealedWebhook): Secrets =>
  Secrets.parse(JSON.parse(Buffer.from(createSealedBox(secretBox, "webhook").open(id, secrets)).toString("utf8")));

/** The secret that signs now. */
export const currentSecret = (deps: Pick<AlertDeps, "secretBox">, webhook: SealedWebhook): string =>
  open(deps, webhook).current;

/** Every secret that is in force, the present one first. */
export const secretsInForce = (deps: Pick<AlertDeps, "secretBox">, webhook: SealedWebhook): readonly string[] => {
  const { current, previous } = open(deps, webhook);
  return previous !== null && webhook.overlaps ? [current, previous] : [current];
};
