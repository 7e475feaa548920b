import { setTimeout as sleep } from "node:timers/promises";
import { listOperationsOf } from "../../../server/domain/operations/index.ts";
import type { Cluster } from "../cluster.ts";

/** Waits until nothing runs, and all that is unknown is for people. */
export const awaitSettled = async ({ pool }: Pick<Cluster, "pool">, withinMs: number): Promise<void> => {
  const until = Date.now() + withinMs;
  while (Date.now() < until) {
    const { rows } = await pool.query<{ left: number }>(
      `select count(*)::int as left from nexus.operation o where o.state = 'open'
          or o.state = 'uncertain' and nexus.progress_of(o.operation_id, o.state) <> 'needs_review'`,
    );
    if (rows[0]?.left === 0) return;
    await sleep(1_000);
  }
};

/** The operations that an operator is shown as unknown. */
export const listUncertain = async ({ deps }: Pick<Cluster, "deps">): Promise<string[]> => {
  const listed: string[] = [];
  let before: string | undefined;
  do {
    const page = await listOperationsOf({ ...deps, settleReadsAfterMs: 0 }, undefined, {
      state: "uncertain",
      limit: 100,
      ...(before === undefined ? {} : { before }),
    });
    listed.push(...page.operations.map(({ operationId }) => operationId));
    before = page.next ?? undefined;
  } while (before !== undefined);
  return listed;
};
