import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { selectDeliveries, type DeliveryRow } from "./store-deliveries.ts";

export const ListDeliveriesInput = z.strictObject({
  budgetId: z.uuid().optional().describe("Of one budget"),
  webhookId: z.uuid().optional().describe("To one webhook"),
  limit: z.int().min(1).max(200).default(50),
});
export type ListDeliveriesInput = z.input<typeof ListDeliveriesInput>;

/** One telling of one receiver. */
export const AlertDelivery = z.object({
  id: z.string().describe("Its `webhook-id`, the same at each try"),
  test: z.boolean().describe("Whether it was a test of a webhook"),
  budgetId: z.string().nullable().describe("The budget that it tells of; null for a test"),
  channel: z.enum(["mail", "webhook"]).describe("How it is told"),
  webhookId: z.string().nullable().describe("The webhook; null for mail"),
  webhookLabel: z.string().nullable().describe("What the webhook is called; null for mail, and where it was removed"),
  thresholds: z.array(z.int()).describe("Percents that were reached at once"),
  forecast: z.boolean().describe("Whether it tells that the money will run out"),
  state: z.enum(["waiting", "delivered", "failed"]).describe("waiting: it is tried again; failed: it is not"),
  tries: z.int().describe("How often it was tried"),
  nextAt: z.iso.datetime().nullable().describe("When it is tried next; null where it has ended"),
  status: z.int().nullable().describe("Status of the last answer, where there was one"),
  error: z.string().nullable().describe("What went wrong at the last try; null: nothing"),
  createdAt: z.iso.datetime().describe("When the threshold was found to be reached"),
  endedAt: z.iso.datetime().nullable().describe("When it was delivered or given up; null: neither yet"),
});
export type AlertDelivery = z.infer<typeof AlertDelivery>;

export const ListDeliveriesOutput = z.object({
  deliveries: z.array(AlertDelivery).describe("Newest first; kept for ninety days"),
});
export type ListDeliveriesOutput = z.output<typeof ListDeliveriesOutput>;

const viewOf = (row: DeliveryRow): AlertDelivery => ({
  id: row.id,
  test: !row.alert,
  budgetId: row.budget_id,
  channel: row.webhook_id === null ? "mail" : "webhook",
  webhookId: row.webhook_id,
  webhookLabel: row.webhook_label,
  thresholds: row.thresholds.filter((percent) => percent > 0),
  forecast: row.thresholds.includes(0),
  state: row.state,
  tries: row.tries,
  nextAt: row.state === "waiting" ? row.next_at.toISOString() : null,
  status: row.status,
  error: row.error,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** What became of telling people and webhooks of alerts. */
export const listDeliveries = async (
  deps: Deps,
  { organizationId }: Pick<CallContext, "organizationId">,
  input: ListDeliveriesInput = {},
): Promise<ListDeliveriesOutput> => {
  const { budgetId, webhookId, limit } = parseInput(ListDeliveriesInput, input);
  const rows = await selectDeliveries(deps.db.pool, { organizationId, budgetId, webhookId, limit });
  return { deliveries: rows.map(viewOf) };
};
