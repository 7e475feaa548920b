import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { auditActor } from "./actor.ts";
import { organizationName } from "./create-organization.ts";
import { organizationAnswer } from "./organization-answer.ts";
import { administer, lockOrganization } from "./store.ts";
import { updateOrganizationStatus, updateSettings } from "./write/store.ts";

export const ChangeOrganizationInput = z
  .strictObject({
    name: organizationName.optional(),
    maxKeyTtlDays: z
      .int()
      .min(1)
      .max(3_650)
      .nullable()
      .optional()
      .describe("The longest life of a new key; null: none"),
    status: z.enum(["active", "suspended", "revoked"]).optional().describe("Platform operators alone, with a reason"),
    reason: z.string().trim().min(3).max(500).optional(),
  })
  .refine(({ status, reason }) => (status === undefined) === (reason === undefined), {
    path: ["reason"],
    error: "a reason with a status, and only then",
  })
  .refine((input) => Object.values(input).some((value) => value !== undefined), { error: "something to change" });

/** Name and key policy by its administrators; its status by platform operators. */
export const changeOrganization = async (
  exchange: HttpExchange & Params & { readonly caller: Caller; readonly input: ChangeOrganizationInput },
): Promise<HttpAnswer> => {
  const { context, params, caller, input } = exchange;
  const { name, maxKeyTtlDays, status, reason } = input;
  const organizationId = params.id ?? "";
  const by = auditActor(exchange, caller);
  const now = new Date(context.clock.now());
  const changed = await administer(
    context.db,
    { organizationId, session: caller.session },
    async ({ client, organization, actor }) => {
      if (status !== undefined && reason !== undefined) {
        if (!actor.platformBypass) throw new AuthError("forbidden");
        // Without its active `admin` organization the platform would have no operators. What is revoked stays so.
        if (organization.kind === "admin" || organization.status === status || organization.status === "revoked")
          throw new AuthError("status_conflict");
        await updateOrganizationStatus(client, { organizationId, status, reason }, by, now);
      }
      if (name !== undefined || maxKeyTtlDays !== undefined)
        await updateSettings(client, organizationId, { name, maxKeyTtlDays }, by, now);
      return lockOrganization(client, organizationId);
    },
  );
  if (!changed) throw new AuthError("organization_not_found");
  return okAnswer(organizationAnswer(changed));
};
export type ChangeOrganizationInput = z.infer<typeof ChangeOrganizationInput>;
