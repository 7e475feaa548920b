import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { auditedChange } from "../audit/index.ts";
import { requireSubject, type DirectoryDeps } from "../existence/index.ts";
import { scopeKinds } from "./limit-scope.ts";
import { deleteLimit, selectLimits, upsertLimit, type StoredRateLimit } from "./store.ts";

/** A limit of the caller's organization. */
export const RateLimit = z.object({
  scope: z.enum(scopeKinds),
  scopeId: z.string().nullable().describe("Null: each app, user or key without a limit of its own"),
  requestsPerMinute: z.int().nullable(),
  tokensPerMinute: z.int().nullable(),
});
export type RateLimit = z.infer<typeof RateLimit>;

/** Input of `setRateLimit`. With both limits null the row is removed. */
export const SetRateLimitInput = z
  .strictObject({
    scope: z.enum(scopeKinds),
    scopeId: z.string().min(1).max(128).nullable().default(null),
    requestsPerMinute: z.int().min(1).max(10_000_000).nullable(),
    tokensPerMinute: z.int().min(1).max(1_000_000_000_000).nullable(),
  })
  .refine(({ scope, scopeId }) => scope !== "organization" || scopeId === null, {
    error: "absent for the organization itself",
    path: ["scopeId"],
  });
export type SetRateLimitInput = z.infer<typeof SetRateLimitInput>;

const maxLimits = 1_000;

/** Sets, changes or removes one limit of the caller's organization. Calls under way are not affected. */
export const setRateLimit = async (
  deps: DirectoryDeps,
  ctx: CallContext,
  input: SetRateLimitInput,
): Promise<RateLimit> => {
  const { organizationId } = ctx;
  const row: StoredRateLimit = { organizationId, ...input };
  const removes = row.requestsPerMinute === null && row.tokensPerMinute === null;
  // What has gone meanwhile can still be tidied up.
  if (!removes) await requireSubject(deps, row);
  await auditedChange(deps, ctx, async (client, audit) => {
    const present = await selectLimits(client, organizationId);
    const before = present.find(({ scope, scopeId }) => scope === row.scope && scopeId === row.scopeId);
    if (removes) {
      await deleteLimit(client, row);
    } else {
      if (!before && present.length >= maxLimits) {
        throw new NexusError("CONFLICT", { message: `An organization can have at most ${maxLimits} rate limits.` });
      }
      await upsertLimit(client, newId(), row);
    }
    await audit({
      action: "rate_limit.set",
      target: row.scopeId === null ? row.scope : `${row.scope}/${row.scopeId}`,
      details: {
        before: before
          ? { requestsPerMinute: before.requestsPerMinute, tokensPerMinute: before.tokensPerMinute }
          : null,
        after: { requestsPerMinute: row.requestsPerMinute, tokensPerMinute: row.tokensPerMinute },
      },
    });
  });
  return { ...input };
};
