import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import { newId } from "../../platform/ids.ts";
import { actorIdOf } from "./actor-id-of.ts";
import type { AuditAction } from "./audit-actions.ts";
import { isToldToAuth } from "./changes-told-to-auth.ts";
import { insertAuditEvent, insertUntold } from "./store.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One change: what was done to what, with public facts about it. Never a secret, never a payload. */
export interface AuditEvent {
  /** `noun.verb`, of the table that has the words for it. */
  readonly action: AuditAction;
  /** Id of the thing changed. */
  readonly target: string;
  readonly details?: { readonly [key: string]: Json };
  /** The organizations whose owners are mailed, where it is not the caller's alone. */
  readonly concerns?: readonly string[];
}

/** The organization and API surface of a change; an operator's change has no organization. */
const originOf = (ctx: CallContext | OperatorContext) => {
  if (isOperator(ctx))
    return { organizationId: undefined, userId: undefined, appId: undefined, door: undefined, requestId: undefined };
  const { organizationId, userId, appId, door, requestId } = ctx;
  return { organizationId, userId, appId, door, requestId };
};

/** Records a change in the transaction that makes it: if this fails, nothing has changed. */
export const emitAudit = async (
  tx: pg.PoolClient,
  ctx: CallContext | OperatorContext,
  { action, target, details = {}, concerns = [] }: AuditEvent,
): Promise<void> => {
  const id = newId();
  const origin = originOf(ctx);
  await insertAuditEvent(tx, {
    id,
    ...origin,
    actorKind: ctx.actor.kind,
    actorId: actorIdOf(ctx.actor),
    action,
    target,
    details,
  });
  if (!isToldToAuth(action)) return;
  const own = origin.organizationId === undefined ? [] : [origin.organizationId];
  const organizations = [...new Set([...own, ...concerns])];
  await insertUntold(
    tx,
    id,
    organizations.map((organizationId) => ({ id: newId(), organizationId })),
  );
};

/** Records what the platform does without a request. */
export const emitSystemAudit = (tx: pg.PoolClient, origin: string, event: AuditEvent): Promise<void> =>
  insertAuditEvent(tx, {
    id: newId(),
    organizationId: undefined,
    actorKind: "system",
    actorId: origin,
    userId: undefined,
    appId: undefined,
    door: undefined,
    requestId: undefined,
    action: event.action,
    target: event.target,
    details: event.details ?? {},
  });
