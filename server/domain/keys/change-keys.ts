import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange, type Audit } from "../audit/index.ts";
import { auditedKey } from "./key-view.ts";
import { lockKey, lockOrganizationKeys, movePrimary, selectKeys, type StoredKey } from "./store.ts";

/** Runs a change to the organization's keys, one at a time, with its audit rows. */
export const changeKeys = <T>(
  deps: Deps,
  ctx: CallContext,
  work: (tx: pg.PoolClient, audit: Audit) => Promise<T>,
): Promise<T> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    await lockOrganizationKeys(tx, ctx.organizationId);
    return work(tx, audit);
  });

/** The organization's key, or NOT_FOUND: another organization's key does not exist. */
export const requireKey = async (tx: pg.PoolClient, organizationId: string, id: string): Promise<StoredKey> => {
  const key = await lockKey(tx, organizationId, id);
  if (key === undefined) throw new NexusError("NOT_FOUND");
  return key;
};

/**
 * Where active keys are left without a primary, the newest takes the place: the organization's own account goes on
 * paying for as long as it has an active key.
 */
export const promoteSuccessor = async (
  tx: pg.PoolClient,
  audit: Audit,
  organizationId: string,
  vendor: string,
): Promise<void> => {
  const active = (await selectKeys(tx, organizationId, vendor)).filter(({ status }) => status === "active");
  const successor = active.at(-1);
  if (successor === undefined || active.some(({ isPrimary }) => isPrimary)) return;
  await movePrimary(tx, organizationId, vendor, successor.id);
  await audit({ action: "key.promote", target: successor.id, details: auditedKey({ ...successor, isPrimary: true }) });
};
