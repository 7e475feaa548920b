import type pg from "pg";
import type { HoldRefusal, HoldState } from "../../platform/ledger/index.ts";

/** What has become of the first operation that used a key. */
export interface FirstOperationRow {
  readonly state: HoldState;
  readonly cost: string | null;
  readonly source: string | null;
  readonly effect: string | null;
  /** Why nobody could tell what it has cost, where that was so. */
  readonly doubt: string | null;
  /** The vendor was seen to act: it began a good answer, or output of its was counted. */
  readonly acted: boolean;
  readonly error_code: string | null;
  /** What the first caller was told, where it was a definite no. */
  readonly refusal: HoldRefusal | null;
  /** Sealed, as it was handed to the ledger. */
  readonly body: Buffer | null;
}

export const selectFirstOperation = async (
  pool: pg.Pool,
  organizationId: string,
  operationId: string,
): Promise<FirstOperationRow | undefined> => {
  const { rows } = await pool.query<FirstOperationRow>(
    `select o.state, o.cost::text, o.source, o.facts->>'effect' as effect, o.result->>'doubt' as doubt, o.result->>'errorCode' as error_code, o.result->'refusal' as refusal,
            coalesce((o.result->>'status')::int between 200 and 299, false)
              or coalesce((o.result->'units'->>'output')::numeric > 0, false) as acted, a.body
       from nexus.operation o left join nexus.answer a using (operation_id)
      where o.operation_id = $1 and o.org_id = $2`,
    [operationId, organizationId],
  );
  return rows[0];
};

/** The operation that was reserved under a key. */
export const selectOperationOfKey = async (pool: pg.Pool, key: Uint8Array): Promise<string | undefined> => {
  const { rows } = await pool.query<{ operation_id: string }>(
    "select operation_id from nexus.idempotency where ikey = $1",
    [key],
  );
  return rows[0]?.operation_id;
};
