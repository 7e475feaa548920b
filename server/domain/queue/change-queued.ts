import type pg from "pg";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange, type AuditAction } from "../audit/index.ts";
import { cancelQueuedRow, moveQueuedRow, selectProgress, type QueuedId, type QueueReply } from "./store.ts";

/** What is changed, in the words of its family. */
export interface QueuedChange {
  readonly operationId: string;
  /** Of the audit event. */
  readonly action: Extract<AuditAction, "email.cancel" | "email.reschedule">;
  /** What it is called in messages, such as `mail`. */
  readonly what: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const said: Readonly<Record<string, string>> = {
  reserved: "is about to be sent",
  attempting: "is being sent",
  succeeded: "has been sent",
  failed: "has ended without being sent",
};

const change = async (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  { operationId, action, what }: QueuedChange,
  details: Readonly<Record<string, string>>,
  work: (tx: pg.PoolClient, id: QueuedId) => Promise<QueueReply>,
): Promise<void> => {
  const missing = (): NexusError => new NexusError("NOT_FOUND", { message: `There is no such ${what}.` });
  if (!uuid.test(operationId)) throw missing();
  const id: QueuedId = { operationId, organizationId: ctx.organizationId, appId: ctx.appId };
  await auditedChange(deps, ctx, async (tx, audit) => {
    const reply = await work(tx, id);
    if (reply === "unknown") throw missing();
    if (reply === "taken") {
      const progress = (await selectProgress(tx, id)) ?? "unknown";
      throw new NexusError("CONFLICT", {
        message: `The ${what} no longer waits: it ${said[progress] ?? "was sent, and its outcome is not known yet"}.`,
        operationId,
        details: { progress },
      });
    }
    await audit({ action, target: operationId, details });
  });
};

/** Cancels what waits in the queue, and gives back what was set aside for it; doing so twice changes nothing. */
export const cancelQueued = (deps: Pick<Deps, "db">, ctx: CallContext, queued: QueuedChange): Promise<void> =>
  change(deps, ctx, queued, {}, cancelQueuedRow);

/** Has what waits in the queue be due at another time. */
export const moveQueued = (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  { dueAt, ...queued }: QueuedChange & { readonly dueAt: Date },
): Promise<void> => change(deps, ctx, queued, { dueAt: dueAt.toISOString() }, (tx, id) => moveQueuedRow(tx, id, dueAt));
