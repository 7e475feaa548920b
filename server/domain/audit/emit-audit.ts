import type pg from "pg";
import type { Actor, CallContext } from "../../contracts/call-context.ts";
import { newId } from "../../platform/ids.ts";
import { insertAuditEvent } from "./store.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One change: what was done to what, with public facts about it. Never a secret, never a payload. */
export interface AuditEvent {
  /** `noun.verb`, for example `key.create`. */
  readonly action: string;
  /** Id of the thing changed. */
  readonly target: string;
  readonly details?: { readonly [key: string]: Json };
}

const actorId = (actor: Actor): string => {
  switch (actor.kind) {
    case "user":
      return actor.userId;
    case "api_key":
      return actor.keyId;
    case "service":
      return actor.tokenId;
  }
};

/** Records a change in the transaction that makes it: if this fails, nothing has changed. */
export const emitAudit = (tx: pg.PoolClient, ctx: CallContext, event: AuditEvent): Promise<void> =>
  insertAuditEvent(tx, {
    id: newId(),
    organizationId: ctx.organizationId,
    actorKind: ctx.actor.kind,
    actorId: actorId(ctx.actor),
    userId: ctx.userId,
    appId: ctx.appId,
    door: ctx.door,
    requestId: ctx.requestId,
    action: event.action,
    target: event.target,
    details: event.details ?? {},
  });

/** Records what the platform does by itself, at start or from the command line. */
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
