import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { auditActor } from "../organizations/actor.ts";
import { endOfGrant, grantTarget } from "./grants/grant-target.ts";
import { grantTo } from "./grants/grantor.ts";
import { writeBundles } from "./grants/store.ts";
import { OfOrganizationQuery, permissionsAnswer } from "./read-permissions.ts";

const assignment = z.strictObject({
  bundleId: z.string().regex(/^bdl_[a-z0-9]{1,60}$/),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

export const SetBundlesInput = OfOrganizationQuery.extend({
  bundles: z
    .array(assignment)
    .max(100)
    .refine((rows) => new Set(rows.map(({ bundleId }) => bundleId)).size === rows.length, { error: "each bundle once" })
    .describe("All of them: what is not listed is taken away"),
});
type SetBundlesInput = z.infer<typeof SetBundlesInput>;

/** Sets the role bundles assigned to a member on top of the role's own. */
export const setBundles = async (
  exchange: HttpExchange & Params & { readonly caller: Caller; readonly input: SetBundlesInput },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const target = grantTarget(exchange);
  await grantTo(exchange, target, async ({ client, present, catalogue, now, requireGrantable }) => {
    const wanted = input.bundles.map(({ bundleId, expiresAt }) => {
      if (!catalogue.bundleById.has(bundleId))
        throw new AuthError("invalid_request", { issues: [{ field: "bundles", expected: "bundles of the catalog" }] });
      return { bundleId, expiresAt: endOfGrant(expiresAt, now, "bundles") };
    });
    const presentById = new Map(present.bundles.map((row) => [row.bundleId, row]));
    const wantedIds = new Set(wanted.map(({ bundleId }) => bundleId));
    const put = wanted.filter(({ bundleId, expiresAt }) => {
      const old = presentById.get(bundleId);
      return !old || (old.expiresAt?.getTime() ?? null) !== (expiresAt?.getTime() ?? null);
    });
    const removed = present.bundles.map(({ bundleId }) => bundleId).filter((id) => !wantedIds.has(id));
    requireGrantable(put.flatMap(({ bundleId }) => [...(catalogue.bundleById.get(bundleId) ?? [])]));
    if (put.length + removed.length === 0) return;
    await writeBundles(client, target, { removed, put }, auditActor(exchange, caller), now);
  });
  return permissionsAnswer(context, target);
};
