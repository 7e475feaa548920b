import type pg from "pg";

/** What waits in the queue; what is scheduled is counted up to a limit. */
export interface QueueDepth {
  readonly due: number;
  readonly scheduled: number;
  readonly oldestDueAt: Date | undefined;
}

const mostCounted = 10_000;

export const selectQueueDepth = async (pool: pg.Pool): Promise<QueueDepth> => {
  const { rows } = await pool.query<{ due: string; scheduled: string; oldest_due: Date | null }>(
    "select due::text, scheduled::text, oldest_due from nexus.nexus_queue_depth($1)",
    [mostCounted],
  );
  const [row] = rows;
  return {
    due: Number(row?.due ?? 0),
    scheduled: Number(row?.scheduled ?? 0),
    oldestDueAt: row?.oldest_due ?? undefined,
  };
};

/** Whose operation it is: only that app's calls find it. */
export interface QueuedId {
  readonly operationId: string;
  readonly organizationId: string;
  readonly appId: string | undefined;
}

/** `taken`: a process has it, or it has ended. */
export type QueueReply = "canceled" | "moved" | "taken" | "unknown";

export const cancelQueuedRow = async (
  tx: pg.PoolClient,
  { operationId, organizationId, appId }: QueuedId,
): Promise<QueueReply> => {
  const { rows } = await tx.query<{ reply: QueueReply }>("select nexus.nexus_cancel_queued($1, $2, $3) as reply", [
    operationId,
    organizationId,
    appId ?? null,
  ]);
  return rows[0]?.reply ?? "unknown";
};

export const moveQueuedRow = async (
  tx: pg.PoolClient,
  { operationId, organizationId, appId }: QueuedId,
  dueAt: Date,
): Promise<QueueReply> => {
  const { rows } = await tx.query<{ reply: QueueReply }>("select nexus.nexus_move_queued($1, $2, $3, $4) as reply", [
    operationId,
    organizationId,
    appId ?? null,
    dueAt,
  ]);
  return rows[0]?.reply ?? "unknown";
};

/** How far an operation that was taken has got. */
export const selectProgress = async (
  tx: pg.PoolClient,
  { operationId, organizationId }: QueuedId,
): Promise<string | undefined> => {
  const { rows } = await tx.query<{ progress: string }>(
    "select nexus.progress_of(operation_id, state) as progress from nexus.operation where operation_id = $1 and org_id = $2",
    [operationId, organizationId],
  );
  return rows[0]?.progress;
};
