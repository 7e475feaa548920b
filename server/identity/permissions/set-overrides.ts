import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { auditActor } from "../organizations/actor.ts";
import { endOfGrant, grantTarget } from "./grants/grant-target.ts";
import { grantTo } from "./grants/grantor.ts";
import { writeOverrides, type OverrideRow } from "./grants/store.ts";
import { OfOrganizationQuery, permissionsAnswer } from "./read-permissions.ts";

const override = z.strictObject({
  permission: z
    .string()
    .max(200)
    .regex(/^srv_[a-z0-9_]+\.[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/, "serviceId.resource:action"),
  effect: z.enum(["allow", "deny"]),
  reason: z.string().trim().min(3).max(500),
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

export const SetOverridesInput = OfOrganizationQuery.extend({
  overrides: z
    .array(override)
    .max(200)
    .refine((rows) => new Set(rows.map(({ permission }) => permission)).size === rows.length, {
      error: "one override a permission",
    })
    .describe("All of them: what is not listed is taken away"),
});
type SetOverridesInput = z.infer<typeof SetOverridesInput>;

const isSame = (one: OverrideRow, other: OverrideRow): boolean =>
  one.effect === other.effect &&
  one.reason === other.reason &&
  (one.expiresAt?.getTime() ?? null) === (other.expiresAt?.getTime() ?? null);

/**
 * Sets a member's overrides. Giving, and taking a denial back, needs the permission itself; denying does not. Entries
 * that stay as they are need nothing.
 */
export const setOverrides = async (
  exchange: HttpExchange & Params & { readonly caller: Caller; readonly input: SetOverridesInput },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const target = grantTarget(exchange);
  await grantTo(exchange, target, async ({ client, present, catalogue, now, requireGrantable }) => {
    const idByKey = new Map([...catalogue.permissionById].map(([id, key]) => [key, id]));
    const wanted = input.overrides.map(({ permission, effect, reason, expiresAt }): OverrideRow => {
      const permissionId = idByKey.get(permission);
      if (permissionId === undefined) throw new AuthError("permission_unknown");
      return { permissionId, effect, reason, expiresAt: endOfGrant(expiresAt, now, "overrides") };
    });
    const presentById = new Map(present.overrides.map((row) => [row.permissionId, row]));
    const wantedIds = new Set(wanted.map(({ permissionId }) => permissionId));
    const put = wanted.filter((row) => {
      const old = presentById.get(row.permissionId);
      return !old || !isSame(old, row);
    });
    const removed = present.overrides.filter(({ permissionId }) => !wantedIds.has(permissionId));
    const wasLiveDenial = (row: OverrideRow | undefined): boolean =>
      row?.effect === "deny" && (row.expiresAt === null || row.expiresAt > now);
    const given = [
      ...put.filter((row) => row.effect === "allow" || wasLiveDenial(presentById.get(row.permissionId))),
      ...removed.filter(wasLiveDenial),
    ];
    const keyOf = ({ permissionId }: { readonly permissionId: string }) =>
      catalogue.permissionById.get(permissionId) ?? permissionId;
    // A withdrawn permission gives nothing, so its denial may go.
    requireGrantable(given.filter(({ permissionId }) => catalogue.permissionById.has(permissionId)).map(keyOf));
    if (put.length + removed.length === 0) return;
    const details = {
      removed: removed.map(keyOf).sort(),
      set: put.map((row) => ({
        permission: keyOf(row),
        effect: row.effect,
        reason: row.reason,
        expiresAt: row.expiresAt,
      })),
    };
    const removedIds = removed.map(({ permissionId }) => permissionId);
    await writeOverrides(client, target, { removed: removedIds, put, details }, auditActor(exchange, caller), now);
  });
  return permissionsAnswer(context, target);
};
