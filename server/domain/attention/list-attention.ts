import { z } from "zod";
import { appScopeOf } from "../../contracts/app-scope-of.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { NexusPermission } from "../../contracts/operation.ts";
import { firstIdOf } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { listApprovals } from "../approvals/index.ts";
import { listApps, listAttributionGaps } from "../apps/index.ts";
import { forecastBudgets, listBudgets, type BudgetView } from "../budgets/index.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { reachOf } from "../reach/index.ts";
import type { OpenCircuit } from "../routing/index.ts";
import { nameUsage } from "../usage/index.ts";
import { AttentionItem, attentionItemOf } from "./attention-item.ts";
import { countUncertainOf, selectFailingCredentials, selectUnpriced } from "./store.ts";

/** Input of `listAttention`. */
export const ListAttentionInput = z.strictObject({});
export type ListAttentionInput = z.input<typeof ListAttentionInput>;

export const ListAttentionOutput = z.object({
  items: z.array(AttentionItem).describe("The most urgent first; what the caller may not see is left out"),
});
export type ListAttentionOutput = z.output<typeof ListAttentionOutput>;

/** What is looked through for it. */
export interface AttentionDeps extends DirectoryDeps {
  /** Circuits that calls of an organization meet in this process. */
  readonly circuitsOf: (organizationId: string) => readonly OpenCircuit[];
}

type Items = readonly (AttentionItem | undefined)[];

const dayMs = 86_400_000;
const weekDays = 7;
const nearPercent = 80;
const mostApprovals = 100;

const budgetNames = async (
  deps: AttentionDeps,
  organizationId: string,
  budgets: readonly BudgetView[],
): Promise<(budget: BudgetView) => string> => {
  const idsOf = (scope: BudgetView["scope"]): string[] =>
    budgets.flatMap((budget) => (budget.scope === scope && budget.scopeId !== null ? [budget.scopeId] : []));
  const nameOf = await nameUsage(deps, organizationId, { app: idsOf("app"), user: idsOf("user"), key: idsOf("key") });
  return ({ scope, scopeId }) =>
    scope === "organization" || scopeId === null ? "Organization" : (nameOf(scope, scopeId).name ?? scopeId);
};

const ofBudgets = async (deps: AttentionDeps, ctx: CallContext): Promise<Items> => {
  const [{ budgets, spendingStopped }, { forecasts }] = await Promise.all([
    listBudgets(deps, ctx),
    forecastBudgets(deps, ctx),
  ]);
  const ending = new Set(forecasts.filter(({ runsOutAt }) => runsOutAt !== null).map(({ id }) => id));
  const usedUp = budgets.filter(({ hard, usedPercent }) => hard && usedPercent >= 100);
  const near = budgets.filter((budget) => budget.usedPercent >= nearPercent && !usedUp.includes(budget));
  const runningOut = budgets.filter(
    // A total has no period to end before.
    (budget) =>
      !usedUp.includes(budget) && !near.includes(budget) && budget.nextResetAt !== null && ending.has(budget.id),
  );
  const nameOf = await budgetNames(deps, ctx.organizationId, [...usedUp, ...near, ...runningOut]);
  const found = (of: readonly BudgetView[]) => ({ count: of.length, subjects: of.map(nameOf), page: "/budgets" });
  return [
    attentionItemOf("spending_stopped", { count: spendingStopped === null ? 0 : 1, page: "/docs/operations" }),
    attentionItemOf("budgets_used_up", found(usedUp)),
    attentionItemOf("budgets_near_limit", found(near)),
    attentionItemOf("budgets_running_out", found(runningOut)),
  ];
};

/** What is the key's, not the vendor's: it stays until somebody does something. */
const refusals: ReadonlySet<OpenCircuit["reason"]> = new Set(["credential", "account", "access"]);

const ofCredentials = async (deps: AttentionDeps, ctx: CallContext): Promise<Items> => {
  const now = deps.clock.now();
  const rows = await selectFailingCredentials(deps.db.pool, {
    organizationId: ctx.organizationId,
    from: firstIdOf(now - dayMs),
    before: firstIdOf(now + dayMs),
  });
  const failing = new Map(
    rows.map((row) => [
      row.credential_id,
      `${row.vendor}${row.tier === "byok" ? ` (${row.label})` : ", the platform's"}`,
    ]),
  );
  for (const { reason, credentialId, vendor } of deps.circuitsOf(ctx.organizationId))
    if (refusals.has(reason) && credentialId !== undefined && !failing.has(credentialId))
      failing.set(credentialId, vendor);
  return [
    attentionItemOf("credentials_failing", {
      count: failing.size,
      subjects: [...failing.values()],
      page: "/keys/vendors",
    }),
  ];
};

const ofCircuits = async (deps: AttentionDeps, ctx: CallContext): Promise<Items> => {
  const open = deps.circuitsOf(ctx.organizationId).filter(({ reason }) => !refusals.has(reason));
  const subjects = open.map(({ vendor, model }) =>
    model === undefined || model === "" ? vendor : `${vendor}/${model}`,
  );
  return [
    attentionItemOf("circuits_open", {
      count: open.length,
      subjects: [...new Set(subjects)],
      page: "/docs/concepts/path-of-a-call",
    }),
  ];
};

const ofOperations = async (deps: AttentionDeps, ctx: CallContext): Promise<Items> => {
  const { organizationId } = ctx;
  const { userId } = reachOf(ctx);
  const { operations, payments } = await countUncertainOf(deps.db.pool, {
    organizationId,
    userId,
    appId: appScopeOf(ctx),
  });
  return [
    attentionItemOf("uncertain_operations", { count: operations, page: "/calls?state=uncertain" }),
    ctx.permissions.has("srv_nexus.payments:read")
      ? attentionItemOf("payments_need_review", { count: payments, page: "/payments/needs-review" })
      : undefined,
  ];
};

const ofApprovals = async (deps: AttentionDeps, ctx: CallContext): Promise<Items> => {
  const { approvals } = await listApprovals(deps, ctx, { pending: true, limit: mostApprovals });
  const mine = approvals.filter(({ decidable }) => decidable);
  return [
    attentionItemOf("approvals_waiting", {
      count: mine.length,
      subjects: mine.flatMap(({ reference }) => reference ?? []),
      page: "/payments/approvals",
    }),
  ];
};

const ofPrices = async (deps: AttentionDeps, ctx: CallContext): Promise<Items> => {
  const now = deps.clock.now();
  const rows = await selectUnpriced(deps.db.pool, {
    organizationId: ctx.organizationId,
    userId: reachOf(ctx).userId,
    from: firstIdOf(now - dayMs),
    before: firstIdOf(now + dayMs),
  });
  return [
    attentionItemOf("unpriced_units", {
      count: rows.reduce((sum, { calls }) => sum + Number(calls), 0),
      subjects: rows.map(({ vendor, model }) => `${vendor}/${model}`),
      page: ctx.permissions.has("srv_nexus.prices:manage") ? "/prices" : "/calls?unpriced=yes&period=24h",
    }),
  ];
};

const ofApps = async (deps: AttentionDeps, ctx: CallContext): Promise<Items> => {
  const [{ gaps }, { apps }] = await Promise.all([
    listAttributionGaps(deps, ctx, { days: weekDays }),
    listApps(deps, ctx, {}),
  ]);
  const since = new Date(deps.clock.now() - weekDays * dayMs).toISOString();
  const silent = apps.filter(
    ({ registered, enabled, lastSeenAt }) => registered && enabled && lastSeenAt !== null && lastSeenAt < since,
  );
  return [
    attentionItemOf("unattributed_calls", {
      count: gaps.reduce((sum, { calls }) => sum + calls, 0),
      page: "/calls?unattributed=yes&period=7d",
    }),
    attentionItemOf("silent_apps", {
      count: silent.length,
      subjects: silent.map(({ name }) => name),
      page: "/apps",
    }),
  ];
};

/** Where things are found, and what one needs to be told of them. */
const sources: readonly {
  readonly permission: NexusPermission;
  readonly look: (deps: AttentionDeps, ctx: CallContext) => Promise<Items>;
}[] = [
  { permission: "srv_nexus.budgets:read", look: ofBudgets },
  { permission: "srv_nexus.keys:read", look: ofCredentials },
  { permission: "srv_nexus.usage:read", look: ofOperations },
  { permission: "srv_nexus.payments:approve", look: ofApprovals },
  { permission: "srv_nexus.preferences:read", look: ofCircuits },
  { permission: "srv_nexus.prices:read", look: ofPrices },
  { permission: "srv_nexus.apps:read", look: ofApps },
];

const order: readonly string[] = AttentionItem.shape.kind.options;

/** What needs somebody's attention in an organization, as far as the caller sees it. */
export const listAttention = async (
  deps: AttentionDeps,
  ctx: CallContext,
  input: ListAttentionInput,
): Promise<ListAttentionOutput> => {
  parseInput(ListAttentionInput, input);
  const found = await Promise.all(
    sources.filter(({ permission }) => ctx.permissions.has(permission)).map(({ look }) => look(deps, ctx)),
  );
  return {
    items: found
      .flat()
      .filter((item) => item !== undefined)
      .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
  };
};
