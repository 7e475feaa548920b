import type pg from "pg";
import type { OperationMark } from "./operation-mark.ts";
import { operationColumns, type OperationRow } from "./operation-row.ts";

const lastId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

interface MarkRow {
  readonly org_id: string;
  readonly operation_id: string;
  readonly state: string;
}

const viewMark = ({ org_id: organizationId, operation_id: operationId, state }: MarkRow): OperationMark => ({
  organizationId,
  operationId,
  state,
});

/** Where the newest operations of each organization stand, newest first. */
export const selectRecentMarks = async (
  pool: pg.Pool,
  organizationIds: readonly string[],
  from: string,
  limit: number,
): Promise<OperationMark[]> => {
  const { rows } = await pool.query<MarkRow>(
    `select o.org_id, c.operation_id, c.state
       from unnest($1::text[]) as o(org_id) cross join lateral nexus.nexus_recent_calls(o.org_id, $2, $3, $4, false) c`,
    [organizationIds, from, lastId, limit],
  );
  return rows.map(viewMark);
};

/** Where operations stand that are known by their ids. */
export const selectMarks = async (pool: pg.Pool, operationIds: readonly string[]): Promise<OperationMark[]> => {
  const { rows } = await pool.query<MarkRow>(
    "select org_id, operation_id, state from nexus.operation where operation_id = any ($1::uuid[])",
    [operationIds],
  );
  return rows.map(viewMark);
};

/** Oldest first. */
export const selectRows = async (pool: pg.Pool, operationIds: readonly string[]): Promise<OperationRow[]> => {
  const { rows } = await pool.query<OperationRow>(
    `select ${operationColumns} from nexus.operation o where o.operation_id = any ($1::uuid[]) order by o.operation_id`,
    [operationIds],
  );
  return rows;
};
