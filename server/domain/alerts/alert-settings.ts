import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { putSetting, selectRule, selectSetting, type SettingRow } from "./store-settings.ts";
import { selectWebhookIds } from "./store-webhooks.ts";

const mostAddresses = 10;
const mostWebhooks = 5;

/** Who is told of a budget's alerts. */
export const AlertSettings = z.object({
  forecast: z
    .boolean()
    .describe(
      "Whether they are told, too, that the money will run out before the period ends at the rate of the last seven days; of a total, within the next seven",
    ),
  administrators: z.boolean().describe("Mail to the owners and administrators of the organization"),
  addresses: z.array(z.string()).describe("Mail to these addresses"),
  webhookIds: z.array(z.string()).describe("Webhooks of the organization"),
});
export type AlertSettings = z.infer<typeof AlertSettings>;

/** Input of `getAlertSettings`. */
export const GetAlertSettingsInput = z.strictObject({ id: z.uuid().describe("Id of the budget") });
export type GetAlertSettingsInput = z.input<typeof GetAlertSettingsInput>;

/** Input of `setAlertSettings`. */
export const SetAlertSettingsInput = z.strictObject({
  id: z.uuid().describe("Id of the budget"),
  forecast: z
    .boolean()
    .default(false)
    .describe(
      "Tell, too, that the money will run out before the period ends; for budgets of a calendar's day, week or month, and totals",
    ),
  administrators: z.boolean().default(true).describe("Mail to the owners and administrators of the organization"),
  addresses: z
    .array(z.email({ error: "an e-mail address" }).max(254))
    .max(mostAddresses)
    .default([])
    .transform((addresses) => [...new Set(addresses.map((address) => address.toLowerCase()))])
    .describe("Mail to these addresses, too"),
  webhookIds: z
    .array(z.uuid())
    .max(mostWebhooks)
    .default([])
    .transform((ids) => [...new Set(ids)])
    .describe("Ids of webhooks of the organization"),
});
export type SetAlertSettingsInput = z.input<typeof SetAlertSettingsInput>;

const nobody: AlertSettings = { forecast: false, administrators: false, addresses: [], webhookIds: [] };

const viewOf = (row: SettingRow | undefined): AlertSettings => row ?? nobody;

/** Who is told of a budget's alerts. */
export const getAlertSettings = async (
  deps: Deps,
  { organizationId }: Pick<CallContext, "organizationId">,
  input: GetAlertSettingsInput,
): Promise<AlertSettings> => {
  const { id } = parseInput(GetAlertSettingsInput, input);
  if (!(await selectRule(deps.db.pool, organizationId, id))) throw new NexusError("NOT_FOUND");
  return viewOf(await selectSetting(deps.db.pool, id));
};

/** Sets who is told of a budget's alerts from now on. */
export const setAlertSettings = async (
  deps: Deps,
  ctx: CallContext | OrganizationOperatorContext,
  input: SetAlertSettingsInput,
): Promise<AlertSettings> => {
  const { organizationId } = ctx;
  const { id, ...settings } = parseInput(SetAlertSettingsInput, input);
  return auditedChange(deps, ctx, async (tx, audit) => {
    const rule = await selectRule(tx, organizationId, id);
    if (!rule) throw new NexusError("NOT_FOUND");
    if (settings.forecast && (rule.window_kind === "rolling" || rule.period === "hour"))
      throw new NexusError("INVALID_INPUT", {
        issues: [
          { field: "forecast", expected: "false for a rolling or hourly budget: its period is too short for one" },
        ],
      });
    const known = new Set(await selectWebhookIds(tx, organizationId));
    const unknown = settings.webhookIds.findIndex((webhookId) => !known.has(webhookId));
    if (unknown >= 0)
      throw new NexusError("INVALID_INPUT", {
        issues: [{ field: `webhookIds.${unknown}`, expected: "the id of a webhook of the organization" }],
      });
    await putSetting(tx, { ruleId: id, organizationId, ...settings });
    await audit({ action: "budget.set-alerts", target: id, details: { organizationId, ...settings } });
    return settings;
  });
};
