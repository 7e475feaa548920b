import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import type { Caller } from "../../http/steps.ts";
import { actorOf } from "../../organizations/actor.ts";
import { mayAdminister } from "../../organizations/authority.ts";
import type { AuditFilter } from "./store.ts";

export const auditId = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/);

export const auditOrganization = auditId
  .optional()
  .describe("One's own unless said otherwise; operators see all without it");

/** What is read of the log. */
export const auditFilters = {
  organizationId: auditOrganization,
  action: z
    .string()
    .regex(/^[a-z-]{1,50}(\.[a-z-]{1,50})?$/)
    .optional()
    .describe("An action such as `member.update`, or what was acted on, such as `member`"),
  actorId: auditId.optional().describe("Id of who made the change"),
  target: auditId.optional().describe("Id of the thing changed"),
  from: z.iso.datetime({ offset: true }).optional().describe("Changes at that moment or later"),
  to: z.iso.datetime({ offset: true }).optional().describe("Changes before that moment"),
};
export type AuditFilters = z.output<z.ZodObject<typeof auditFilters>>;

/** The organization whose log somebody reads; undefined: everybody's, for operators. */
export const organizationReadBy = (caller: Caller, asked: string | undefined): string | undefined => {
  const actor = actorOf(caller);
  const organizationId = asked ?? (actor.platformBypass ? undefined : actor.organizationId);
  if (!actor.platformBypass && (organizationId === undefined || !mayAdminister(actor, organizationId)))
    throw new AuthError("forbidden");
  return organizationId;
};

const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

/** What is asked, as the store looks for it. */
export const auditFilterOf = (
  caller: Caller,
  { organizationId, action, actorId, target, from, to }: AuditFilters,
): AuditFilter => ({
  organizationId: organizationReadBy(caller, organizationId),
  action,
  actorId,
  target,
  from: date(from),
  to: date(to),
});
