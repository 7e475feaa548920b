import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import type { AlertDeps } from "./alert-deps.ts";
import type { AlertMessage } from "./alert-message.ts";
import { postWebhook } from "./post-webhook.ts";
import { endTest, insertTest } from "./store-deliveries.ts";
import { selectSealedWebhook } from "./store-webhooks.ts";

export const TestWebhookInput = z.strictObject({ id: z.uuid().describe("Id of the webhook") });
export type TestWebhookInput = z.input<typeof TestWebhookInput>;

export const TestWebhookOutput = z.object({
  delivered: z.boolean().describe("Whether it answered with a status of 200 to 299"),
  status: z.int().nullable().describe("Status of its answer; null: there was none"),
  error: z.string().nullable().describe("What went wrong; null: nothing"),
});
export type TestWebhookOutput = z.output<typeof TestWebhookOutput>;

/** Sends a message of the type `webhook.test` now, once. */
export const testWebhook = async (
  deps: AlertDeps,
  ctx: CallContext | OrganizationOperatorContext,
  input: TestWebhookInput,
): Promise<TestWebhookOutput> => {
  const { id: webhookId } = parseInput(TestWebhookInput, input);
  const { organizationId } = ctx;
  const { pool } = deps.db;
  const id = newId();
  const webhook = await auditedChange(deps, ctx, async (tx, audit) => {
    const found = await selectSealedWebhook(tx, organizationId, webhookId);
    if (!found) throw new NexusError("NOT_FOUND");
    await insertTest(tx, { id, organizationId, webhookId });
    await audit({ action: "webhook.test", target: webhookId, details: { organizationId } });
    return found;
  });
  const message: AlertMessage = {
    type: "webhook.test",
    timestamp: new Date(deps.clock.now()).toISOString(),
    data: { organizationId },
  };
  const { outcome, status, error } = await postWebhook(deps, webhook, { id, body: JSON.stringify(message) });
  const delivered = outcome === "delivered";
  await endTest(pool, id, { state: delivered ? "delivered" : "failed", status, error });
  deps.onAlertDelivery?.("webhook", delivered ? "delivered" : "failed");
  return { delivered, status: status ?? null, error: error ?? null };
};
