import type pg from "pg";
import type { OperationState } from "../../platform/ledger/index.ts";

/** What has become of the first operation that used a key. */
export interface FirstOperation {
  readonly state: OperationState;
  readonly cost: string | null;
  readonly error_code: string | null;
  /** Sealed, as it was handed to the ledger. */
  readonly body: Buffer | null;
}

export const selectFirstOperation = async (
  pool: pg.Pool,
  organizationId: string,
  operationId: string,
): Promise<FirstOperation | undefined> => {
  const { rows } = await pool.query<FirstOperation>(
    `select i.state, i.cost::text, i.result->>'errorCode' as error_code, a.body
       from nexus.intent i left join nexus.answer a using (iid)
      where i.iid = $1 and i.org_id = $2`,
    [operationId, organizationId],
  );
  return rows[0];
};
