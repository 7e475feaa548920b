import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { displayName } from "../../platform/display-name.ts";
import { EgressError } from "../../platform/egress/index.ts";
import { newId } from "../../platform/ids.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import type { AlertDeps } from "./alert-deps.ts";
import {
  deleteWebhook,
  insertWebhook,
  lockWebhook,
  replaceSecrets,
  selectWebhooks,
  type WebhookRow,
} from "./store-webhooks.ts";
import { currentSecret, newWebhookSecret, sealSecrets } from "./webhook-secrets.ts";

type Changer = CallContext | OrganizationOperatorContext;

const mostWebhooks = 20;
const dayMs = 86_400_000;

/** What may be told of a webhook. */
export const WebhookView = z.object({
  id: z.string().describe("UUID of the webhook"),
  label: z.string().describe("What people call it"),
  url: z.string().describe("Where messages are sent"),
  createdAt: z.iso.datetime().describe("When it was added"),
  rotatedAt: z.iso.datetime().nullable().describe("When its signing secret was replaced last; null: never"),
  previousSecretUntil: z.iso
    .datetime()
    .nullable()
    .describe("Until when messages are signed with the secret before, too; null: there is none any more"),
});
export type WebhookView = z.infer<typeof WebhookView>;

/** A webhook with its signing secret, which no other answer has. */
export const IssuedWebhook = z.object({
  webhook: WebhookView.describe("What is kept of it, without its secret"),
  secret: z.string().describe("Signs its messages, by Standard Webhooks; shown this once"),
});
export type IssuedWebhook = z.infer<typeof IssuedWebhook>;

export const ListWebhooksInput = z.strictObject({});
export type ListWebhooksInput = z.input<typeof ListWebhooksInput>;

export const ListWebhooksOutput = z.object({ webhooks: z.array(WebhookView).describe("Oldest first, at most twenty") });
export type ListWebhooksOutput = z.output<typeof ListWebhooksOutput>;

export const CreateWebhookInput = z.strictObject({
  label: displayName().min(1).describe("What people call it"),
  url: z.string().min(1).max(2_000).describe("A public https address, or one that the operator permits"),
});
export type CreateWebhookInput = z.input<typeof CreateWebhookInput>;

const id = z.uuid().describe("Id of the webhook");

export const RotateWebhookInput = z.strictObject({
  id,
  overlapMs: z
    .int()
    .min(0)
    .max(7 * dayMs)
    .default(dayMs)
    .describe("How long messages are signed with the secret before, too"),
});
export type RotateWebhookInput = z.input<typeof RotateWebhookInput>;

export const RemoveWebhookInput = z.strictObject({ id });
export type RemoveWebhookInput = z.input<typeof RemoveWebhookInput>;

export const RemoveWebhookOutput = z.object({ id: z.string().describe("Of the webhook that is gone") });
export type RemoveWebhookOutput = z.output<typeof RemoveWebhookOutput>;

const viewOf = ({ id: webhookId, label, url, created_at, rotated_at, previous_until }: WebhookRow): WebhookView => ({
  id: webhookId,
  label,
  url,
  createdAt: created_at.toISOString(),
  rotatedAt: rotated_at?.toISOString() ?? null,
  previousSecretUntil: previous_until !== null && previous_until > new Date() ? previous_until.toISOString() : null,
});

/** Throws INVALID_INPUT for an address that may not be called. */
const requireAddress = ({ egress }: Pick<AlertDeps, "egress">, text: string): string => {
  const url = URL.parse(text);
  try {
    // Names and passwords in addresses are shown in logs of whoever is on the way.
    if (url === null || url.username !== "" || url.password !== "" || url.hash !== "" || !/^[\x21-\x7e]+$/.test(text))
      throw new EgressError("request_invalid", { sent: false });
    egress.check(url.origin);
    return url.href;
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "url", expected: "a public https address, or one that the operator permits" }],
    });
  }
};

export const listWebhooks = async (
  deps: Deps,
  { organizationId }: Pick<CallContext, "organizationId">,
): Promise<ListWebhooksOutput> => ({
  webhooks: (await selectWebhooks(deps.db.pool, organizationId)).map(viewOf),
});

/** Adds a webhook. The answer shows its secret once. */
export const createWebhook = async (
  deps: AlertDeps,
  ctx: Changer,
  input: CreateWebhookInput,
): Promise<IssuedWebhook> => {
  const { label, url: text } = parseInput(CreateWebhookInput, input);
  const url = requireAddress(deps, text);
  const { organizationId } = ctx;
  const webhookId = newId();
  const secret = newWebhookSecret();
  const row = await auditedChange(deps, ctx, async (tx, audit) => {
    if ((await selectWebhooks(tx, organizationId)).length >= mostWebhooks)
      throw new NexusError("CONFLICT", {
        message: `An organization can have at most ${mostWebhooks} webhooks; remove one first.`,
      });
    const made = await insertWebhook(tx, {
      id: webhookId,
      organizationId,
      label,
      url,
      secrets: sealSecrets(deps, webhookId, { current: secret, previous: null }),
    });
    await audit({ action: "webhook.create", target: webhookId, details: { organizationId, label, url } });
    return made;
  });
  if (!row) throw new NexusError("INTERNAL", { cause: new Error("the webhook that was added cannot be read") });
  return { webhook: viewOf(row), secret };
};

/** Gives a webhook a new signing secret; messages are signed with both for a while. */
export const rotateWebhook = async (
  deps: AlertDeps,
  ctx: Changer,
  input: RotateWebhookInput,
): Promise<IssuedWebhook> => {
  const { id: webhookId, overlapMs } = parseInput(RotateWebhookInput, input);
  const { organizationId } = ctx;
  const secret = newWebhookSecret();
  const row = await auditedChange(deps, ctx, async (tx, audit) => {
    const present = await lockWebhook(tx, organizationId, webhookId);
    if (!present) throw new NexusError("NOT_FOUND");
    const previous = overlapMs === 0 ? null : currentSecret(deps, present);
    const secrets = sealSecrets(deps, webhookId, { current: secret, previous });
    const rotated = await replaceSecrets(tx, { id: webhookId, secrets, overlapMs });
    if (!rotated) throw new NexusError("INTERNAL", { cause: new Error("the webhook that is locked is not there") });
    await audit({ action: "webhook.rotate", target: webhookId, details: { organizationId, label: rotated.label } });
    return rotated;
  });
  return { webhook: viewOf(row), secret };
};

/** Removes a webhook; budgets no longer tell it anything. */
export const removeWebhook = (deps: Deps, ctx: Changer, input: RemoveWebhookInput): Promise<RemoveWebhookOutput> => {
  const { id: webhookId } = parseInput(RemoveWebhookInput, input);
  return auditedChange(deps, ctx, async (tx, audit) => {
    const { organizationId } = ctx;
    const label = await deleteWebhook(tx, organizationId, webhookId);
    if (label === undefined) throw new NexusError("NOT_FOUND");
    await audit({ action: "webhook.remove", target: webhookId, details: { organizationId, label } });
    return { id: webhookId };
  });
};
