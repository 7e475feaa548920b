import { z } from "zod";
import { BudgetPeriod, BudgetScope, BudgetWindow } from "../budgets/index.ts";
import type { RequestRow } from "./store.ts";

const nanos = z.string().describe("Nano-USD, a decimal string");

/** What somebody asked for beyond a budget, and what was decided. */
export const BudgetRequest = z.object({
  id: z.string().describe("UUID of the request"),
  userId: z.string().describe("Who asks"),
  budgetId: z.string().describe("The budget of which more is asked"),
  scope: BudgetScope.describe("What the budget counts"),
  scopeId: z.string().nullable().describe("Registered app, user or Auth key; null for the organization"),
  period: BudgetPeriod.describe("How often the budget begins anew"),
  window: BudgetWindow.describe("Whether it follows the calendar"),
  limitBeforeNanos: nanos.describe("The limit when it was asked for; nano-USD"),
  limitWantedNanos: nanos.describe("The limit that is asked for; nano-USD"),
  reason: z.string().describe("Why, in the words of whoever asks"),
  state: z.enum(["open", "granted", "declined"]).describe("open: an administrator is to decide"),
  decidedBy: z.string().nullable().describe("Id of who decided; null: nobody yet"),
  decidedAt: z.iso.datetime().nullable().describe("When somebody granted or declined it; null: nobody has"),
  note: z.string().nullable().describe("What the administrator said to it; null: nothing"),
  grantedNanos: nanos.nullable().describe("Of a grant: the limit that holds until `grantedUntil`; nano-USD"),
  grantedUntil: z.iso.datetime().nullable().describe("Of a grant: when the budget's own limit holds again"),
  createdAt: z.iso.datetime().describe("When it was asked for"),
});
export type BudgetRequest = z.infer<typeof BudgetRequest>;

export const viewRequest = (row: RequestRow): BudgetRequest => ({
  id: row.id,
  userId: row.user_id,
  budgetId: row.rule_id,
  scope: row.scope,
  scopeId: row.scope_id,
  period: row.period,
  window: row.window_kind,
  limitBeforeNanos: row.limit_before,
  limitWantedNanos: row.limit_wanted,
  reason: row.reason,
  state: row.state,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  note: row.note,
  grantedNanos: row.granted_lim,
  grantedUntil: row.granted_until?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
});
