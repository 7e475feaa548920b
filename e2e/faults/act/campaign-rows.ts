import type { Pool } from "pg";

/** An operation of a campaign as the ledger has it. */
export interface CampaignRow {
  readonly operationId: string;
  /** The hold of the same call before this one. */
  readonly after: string | null;
  readonly name: string;
  readonly state: string;
  readonly progress: string;
  readonly vendor: string;
  readonly held: bigint;
  readonly cost: bigint | null;
  /** What all its entries come to. */
  readonly booked: bigint;
  /** Who ended it, where its own process did not. */
  readonly by: string | null;
  readonly attempts: readonly { readonly vendor: string; readonly evidence: string | null }[];
}

/** What the ledger holds of all operations, as one moment. */
export const readCampaignRows = async (pool: Pool): Promise<readonly CampaignRow[]> => {
  const { rows } = await pool.query<CampaignRow>(
    `select o.operation_id as "operationId", i.after, o.name, o.state, nexus.progress_of(o.operation_id, o.state) as progress, o.vendor,
            o.held, o.cost, o.result->'resolution'->>'by' as by,
            (select coalesce(sum(case when e.kind in ('adjust_down', 'rerate_down') then -e.amount else e.amount end), 0)::bigint
               from nexus.entry e where e.operation_id = o.operation_id) as booked,
            coalesce((select json_agg(json_build_object('vendor', a.vendor, 'evidence', a.evidence) order by a.n)
                        from nexus.attempt a where a.operation_id = o.operation_id), '[]') as attempts
       from nexus.operation o left join nexus.idempotency i on i.operation_id = o.operation_id order by 1`,
  );
  return rows;
};
