import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { Caller } from "../../http/steps.ts";
import { auditActor } from "../actor.ts";
import { organizationAnswer } from "../organization-answer.ts";
import { administer } from "../store.ts";
import { admit, withdrawAdmission } from "./store.ts";

/** Beyond it a limit limits nothing. */
const mostNanos = 4_000_000_000_000_000_000n;

export const AdmitOrganizationInput = z.strictObject({
  monthlyLimitNanos: z
    .string()
    .refine((text) => /^\d{1,19}$/.test(text) && BigInt(text) <= mostNanos, {
      error: `whole nano-USD, at most ${mostNanos}`,
    })
    .nullable()
    .optional()
    .describe("The hard budget for it, nano-USD a month; null: none; absent: AUTH_SELF_SERVICE_BUDGET"),
});
export type AdmitOrganizationInput = z.infer<typeof AdmitOrganizationInput>;

type Exchange = HttpExchange & Params & { readonly caller: Caller };

/** Lets an organization use the platform's vendor credentials, within a hard budget; again: changes the budget. */
export const admitOrganization = async (
  exchange: Exchange & { readonly input: AdmitOrganizationInput },
): Promise<HttpAnswer> => {
  const { context, params, caller, input } = exchange;
  const limit =
    input.monthlyLimitNanos === undefined
      ? context.selfServiceBudgetNanos
      : input.monthlyLimitNanos === null
        ? null
        : BigInt(input.monthlyLimitNanos);
  if (limit === undefined) throw new AuthError("admission_budget_required");
  const organizationId = params.id ?? "";
  const now = new Date(context.clock.now());
  const row = await administer(context.db, { organizationId, session: caller.session }, ({ client, actor }) => {
    if (!actor.platformBypass) throw new AuthError("forbidden");
    return admit(client, { organizationId, limit }, auditActor(exchange, caller), now);
  });
  return okAnswer(organizationAnswer(row));
};

/** Takes it back: from then on the organization uses its own vendor keys alone. */
export const withdrawOrganizationAdmission = async (exchange: Exchange): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const organizationId = params.id ?? "";
  const now = new Date(context.clock.now());
  const row = await administer(
    context.db,
    { organizationId, session: caller.session },
    ({ client, organization, actor }) => {
      if (!actor.platformBypass) throw new AuthError("forbidden");
      // The platform's own organization stays able to work.
      if (organization.kind === "admin") throw new AuthError("status_conflict");
      return withdrawAdmission(client, organizationId, auditActor(exchange, caller), now);
    },
  );
  return okAnswer(organizationAnswer(row));
};
