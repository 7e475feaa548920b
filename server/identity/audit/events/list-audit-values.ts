import { z } from "zod";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { authAuditActions } from "../audit-actions.ts";
import { auditOrganization, organizationReadBy } from "./audit-reach.ts";
import { listAuthActors } from "./store.ts";

export const AuditValuesQuery = z.strictObject({
  of: z.enum(["action", "actor"]).describe("What is searched: what can be done, or who did something lately"),
  search: z.string().max(100).default("").describe("Part of a value, or of its name"),
  limit: z.coerce.number().int().min(1).max(200).default(20),
  organizationId: auditOrganization,
});
export type AuditValuesQuery = z.infer<typeof AuditValuesQuery>;

/** Looked at for one answer, the newest ones. */
const looked = { events: 5_000, actors: 200 } as const;

/** Values to filter the log by. */
export const listAuthAuditValues = async ({
  context,
  caller,
  input: { of, search, limit, organizationId },
}: HttpExchange & {
  readonly caller: Caller;
  readonly input: AuditValuesQuery;
}): Promise<HttpAnswer> => {
  const reach = organizationReadBy(caller, organizationId);
  const all =
    of === "action"
      ? Object.entries(authAuditActions).map(([value, name]) => ({ value, name }))
      : (await listAuthActors(context.db, reach, looked)).map(({ actor_id: value, name }) => ({ value, name }));
  const wanted = search.toLowerCase();
  const found = all.filter(({ value, name }) => [value, name].some((text) => text?.toLowerCase().includes(wanted)));
  return okAnswer({ values: found.slice(0, limit), more: found.length > limit });
};
