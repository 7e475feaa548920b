import { z } from "zod";
import type { Deps } from "../../platform/deps.ts";
import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { requireSubject, type DirectoryDeps } from "../existence/index.ts";
import { billedApp, ofApp, type BillingCaller } from "./billed-app.ts";
import { MarkupPercent, markupOf, rateOf } from "./rate.ts";
import { countPlans, deletePlan, selectPlans, upsertPlan, type PlanRow } from "./store-plans.ts";

const mostPlans = 200;

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$/, { error: "1 to 100 letters, digits, blanks and . _ -" });

const allowance = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,14})$/, { error: "nano-USD as a decimal string, at most 999999999999999" })
  .describe("Nano-USD a calendar month, in UTC, that cost the customer nothing; a decimal string");

const rule = z
  .strictObject({
    family: z.enum(["ai", "email", "payments"]).optional(),
    model: z
      .string()
      .regex(/^[A-Za-z0-9*?][A-Za-z0-9_.:/@*?-]{0,255}$/, { error: "a model, with * for any run of characters" })
      .optional()
      .describe("`vendor/model` or a model; * stands for any run of characters and ? for one"),
    markupPercent: MarkupPercent,
  })
  .refine(({ family, model }) => family !== undefined || model !== undefined, { error: "a family or a model" });

/** What an app's customers pay of what their calls cost. */
export const PricePlan = z.object({
  name,
  appId: z.string(),
  markupPercent: MarkupPercent.describe("Where no rule fits"),
  rules: z.array(rule).describe("The first that fits a call says its markup"),
  monthlyAllowanceNanos: allowance,
  meterEvent: z.string().nullable().describe("The event of the Stripe meter that charges are told as; null: none"),
  customers: z.int(),
});
export type PricePlan = z.infer<typeof PricePlan>;

/** Input of `setPlan`. */
export const SetPlanInput = z.strictObject({
  ...ofApp,
  name,
  markupPercent: MarkupPercent.default(0),
  rules: z.array(rule).max(100).default([]),
  monthlyAllowanceNanos: allowance.default("0"),
  meterEvent: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, { error: "1 to 100 letters, digits and _ . -" })
    .nullable()
    .default(null)
    .describe("The event name of a Stripe meter that sums up whole numbers; null: nothing is told to Stripe"),
});
export type SetPlanInput = z.input<typeof SetPlanInput>;

export const ListPlansInput = z.strictObject(ofApp);
export type ListPlansInput = z.input<typeof ListPlansInput>;
export const ListPlansOutput = z.object({ plans: z.array(PricePlan) });
export type ListPlansOutput = z.infer<typeof ListPlansOutput>;

export const RemovePlanInput = z.strictObject({ ...ofApp, name });
export type RemovePlanInput = z.input<typeof RemovePlanInput>;
export const RemovePlanOutput = z.object({ removed: z.literal(true) });
export type RemovePlanOutput = z.infer<typeof RemovePlanOutput>;

const viewOf = (row: PlanRow): PricePlan => ({
  name: row.name,
  appId: row.app_id,
  markupPercent: markupOf(row.rate_ppm),
  rules: row.rules.map(({ family, model, ratePpm }) => ({
    ...(family === null ? {} : { family }),
    ...(model === null ? {} : { model }),
    markupPercent: markupOf(ratePpm),
  })),
  monthlyAllowanceNanos: row.allowance,
  meterEvent: row.meter_event,
  customers: row.customers,
});

/** Creates a plan of an app, or replaces what it says. Calls that are held already keep the rate they were held at. */
export const setPlan = async (deps: DirectoryDeps, ctx: BillingCaller, input: SetPlanInput): Promise<PricePlan> => {
  const plan = parseInput(SetPlanInput, input);
  const { organizationId } = ctx;
  const appId = billedApp(ctx, plan.appId);
  await requireSubject(deps, { organizationId, scope: "app", scopeId: appId });
  return auditedChange(deps, ctx, async (tx, audit) => {
    const [before] = await selectPlans(tx, { organizationId, appId, name: plan.name });
    if (before === undefined && (await countPlans(tx, organizationId)) >= mostPlans)
      throw new NexusError("CONFLICT", { message: `An organization has at most ${mostPlans} plans.` });
    await upsertPlan(tx, {
      id: newId(),
      organizationId,
      appId,
      name: plan.name,
      ratePpm: rateOf(plan.markupPercent),
      allowance: plan.monthlyAllowanceNanos,
      meterEvent: plan.meterEvent,
      rules: plan.rules.map(({ family, model, markupPercent }) => ({
        family: family ?? null,
        model: model ?? null,
        ratePpm: rateOf(markupPercent),
      })),
    });
    const [row] = await selectPlans(tx, { organizationId, appId, name: plan.name });
    if (row === undefined) throw new NexusError("INTERNAL", { cause: new Error("a plan that was set is not there") });
    const after = viewOf(row);
    await audit({
      action: "plan.set",
      target: plan.name,
      details: { organizationId, appId, before: before === undefined ? null : viewOf(before), after },
    });
    return after;
  });
};

/** The plans of an app, or of all of them where a person names none. */
export const listPlans = async (
  { db }: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: ListPlansInput = {},
): Promise<ListPlansOutput> => {
  const { appId } = parseInput(ListPlansInput, input);
  const rows = await selectPlans(db.pool, { organizationId: ctx.organizationId, appId: listedApp(ctx, appId) });
  return { plans: rows.map(viewOf) };
};

/** People may look at those of all apps together. */
export const listedApp = (ctx: BillingCaller, named: string | undefined): string | undefined =>
  named === undefined && (ctx.actor.kind === "user" || ctx.actor.kind === "operator")
    ? undefined
    : billedApp(ctx, named);

/** Removes a plan that no customer has. */
export const removePlan = async (
  deps: Pick<Deps, "db">,
  ctx: BillingCaller,
  input: RemovePlanInput,
): Promise<RemovePlanOutput> => {
  const { name: planName, appId: named } = parseInput(RemovePlanInput, input);
  const { organizationId } = ctx;
  const appId = billedApp(ctx, named);
  return auditedChange(deps, ctx, async (tx, audit) => {
    const [before] = await selectPlans(tx, { organizationId, appId, name: planName });
    if (before === undefined) throw new NexusError("NOT_FOUND", { message: "There is no such plan." });
    if (!(await deletePlan(tx, before.plan_id)))
      throw new NexusError("CONFLICT", { message: "Customers have this plan: give them another one first." });
    await audit({
      action: "plan.remove",
      target: planName,
      details: { organizationId, appId, before: viewOf(before) },
    });
    return { removed: true };
  });
};
