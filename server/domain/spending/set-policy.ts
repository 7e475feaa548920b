import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { MovedMoney } from "../../contracts/payments/money.ts";
import { firstIdOf } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { requireSubject, type DirectoryDeps } from "../existence/index.ts";
import { SpendingRules } from "./spending-rules.ts";
import { deletePolicy, selectDayUse, selectPolicies, upsertPolicy, type DayUseRow } from "./store.ts";

const dayMs = 86_400_000;

/** The policy of an app, or of all apps of an organization together. */
export const SpendingPolicy = z.object({
  appId: z.string().nullable().describe("Null: all apps of the organization together"),
  rules: SpendingRules,
});
export type SpendingPolicy = z.infer<typeof SpendingPolicy>;

/** Input of `setPolicy`. All rules are replaced; with none of them the policy is removed. */
export const SetPolicyInput = z.strictObject({
  appId: z.string().min(1).max(128).nullable().default(null).describe("Absent: all apps of the organization together"),
  rules: SpendingRules,
});
export type SetPolicyInput = z.input<typeof SetPolicyInput>;

export const ListPoliciesInput = z.strictObject({});

const moved = z.array(MovedMoney).describe("By currency, in minor units");

/** What was taken of a policy's limits of a day, in UTC, so far. */
export const SpendingOfDay = z.object({
  payments: moved,
  refunds: moved,
  messages: z.int().describe("As far as they are limited"),
});
export type SpendingOfDay = z.infer<typeof SpendingOfDay>;

export const ListPoliciesOutput = z.object({ policies: z.array(SpendingPolicy.extend({ today: SpendingOfDay })) });
export type ListPoliciesOutput = z.infer<typeof ListPoliciesOutput>;

const viewOf = (appId: string, rules: SpendingRules): SpendingPolicy => ({ appId: appId === "" ? null : appId, rules });

/** Sets what an app, or all apps of an organization together, may spend and send. Calls under way are not affected. */
export const setPolicy = async (
  deps: DirectoryDeps,
  ctx: CallContext | OrganizationOperatorContext,
  input: SetPolicyInput,
): Promise<SpendingPolicy> => {
  const { appId, rules } = parseInput(SetPolicyInput, input);
  const { organizationId } = ctx;
  const removes = Object.keys(rules).length === 0;
  // What has gone meanwhile can still be tidied up.
  if (!removes && appId !== null) await requireSubject(deps, { organizationId, scope: "app", scopeId: appId });
  const app = appId ?? "";
  await auditedChange(deps, ctx, async (tx, audit) => {
    const before = (await selectPolicies(tx, organizationId)).find((row) => row.appId === app);
    if (removes) await deletePolicy(tx, organizationId, app);
    else await upsertPolicy(tx, { organizationId, appId: app, rules });
    await audit({
      action: "spending_policy.set",
      target: appId ?? "organization",
      details: { organizationId, before: before?.rules ?? null, after: removes ? null : rules },
    });
  });
  return viewOf(app, rules);
};

const usedOf = (rows: readonly DayUseRow[], kind: "payment" | "refund"): MovedMoney[] =>
  rows
    .filter((row) => row.kind === kind)
    .map(({ currency, taken }) => MovedMoney.parse({ amount: taken.toString(), currency }));

/** The policies of an organization, with what was taken of them today. */
export const listPolicies = async (
  { db, clock }: Pick<Deps, "db" | "clock">,
  { organizationId }: Pick<CallContext, "organizationId">,
): Promise<ListPoliciesOutput> => {
  const policies = await selectPolicies(db.pool, organizationId);
  const start = Math.floor(clock.now() / dayMs) * dayMs;
  const used = await selectDayUse(
    db.pool,
    organizationId,
    policies.map(({ appId }) => appId),
    { day: new Date(start).toISOString().slice(0, 10), from: firstIdOf(start), to: firstIdOf(start + dayMs) },
  );
  return {
    policies: policies.map(({ appId, rules }) => {
      const own = used.filter((row) => row.appId === appId);
      const messages = Number(own.find(({ kind }) => kind === "message")?.taken ?? 0n);
      return {
        ...viewOf(appId, rules),
        today: { payments: usedOf(own, "payment"), refunds: usedOf(own, "refund"), messages },
      };
    }),
  };
};
