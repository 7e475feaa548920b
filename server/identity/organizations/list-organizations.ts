import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { organizationAnswer } from "./organization-answer.ts";
import { listOrganizationRows } from "./store.ts";

export const ListOrganizationsQuery = z.strictObject({
  scope: z.enum(["own", "all"]).default("own").describe("`all`: every organization, for platform operators"),
  admission: z
    .enum(["waiting", "admitted"])
    .optional()
    .describe("`waiting`: active ones that nobody has admitted; `admitted`: the others"),
  search: z.string().trim().min(1).max(100).optional(),
  after: z
    .string()
    .regex(/^org_[a-z0-9_]{1,60}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ListOrganizationsQuery = z.infer<typeof ListOrganizationsQuery>;

/** The organizations of the person signed in; operators may ask for all. */
export const listVisibleOrganizations = async ({
  context,
  caller,
  input,
}: HttpExchange & {
  readonly caller: Caller;
  readonly input: ListOrganizationsQuery;
}): Promise<HttpAnswer> => {
  if (input.scope === "all" && !caller.session.platformBypass) throw new AuthError("forbidden");
  const rows = await listOrganizationRows(context.db, {
    memberId: input.scope === "all" ? undefined : caller.session.user.id,
    after: input.after,
    search: input.search,
    admission: input.admission,
    limit: input.limit,
  });
  return okAnswer({
    organizations: rows.map((row) => ({ ...organizationAnswer(row), role: row.role })),
    nextAfter: rows.length === input.limit ? (rows.at(-1)?.id ?? null) : null,
  });
};
