import type pg from "pg";
import type { Owner } from "./keeper-of.ts";
import type { KeptStatus } from "../../contracts/kept-status.ts";

const running = "status in ('queued', 'in_progress') and alive_until > clock_timestamp()";

/** How many of an organization go on without their callers just now. */
export const countRunning = async (pool: pg.Pool, { organizationId }: Owner): Promise<number> => {
  const { rows } = await pool.query<{ n: number }>(
    "select count(*)::int n from nexus.kept_response where organization_id = $1 and alive_until > clock_timestamp()",
    [organizationId],
  );
  return rows[0]?.n ?? 0;
};

export const updateStarted = async (pool: pg.Pool, responseId: string): Promise<void> => {
  await pool.query(
    "update nexus.kept_response set status = 'in_progress' where response_id = $1 and status = 'queued'",
    [responseId],
  );
};

/** Says that these still run. Answers those that are nobody else's yet, and whether their end was asked for. */
export const updateAlive = async (
  pool: pg.Pool,
  responseIds: readonly string[],
  aliveMs: number,
): Promise<readonly { readonly responseId: string; readonly cancelAsked: boolean }[]> => {
  const { rows } = await pool.query<{ responseId: string; cancelAsked: boolean }>(
    `update nexus.kept_response set alive_until = clock_timestamp() + $2::bigint * interval '1 ms'
      where response_id = any ($1::uuid[]) and ${running}
      returning response_id "responseId", cancel_asked "cancelAsked"`,
    [responseIds, aliveMs],
  );
  return rows;
};

export const updateCancelAsked = async (client: Pick<pg.Pool, "query">, responseId: string): Promise<void> => {
  await client.query(`update nexus.kept_response set cancel_asked = true where response_id = $1 and ${running}`, [
    responseId,
  ]);
};

export interface EndedRow {
  readonly responseId: string;
  readonly status: KeptStatus;
  readonly itemIds: readonly string[];
  readonly size: number;
  readonly content: Uint8Array;
}

/** Whether it was still this process' to end. */
export const updateRunEnded = async (client: pg.PoolClient, row: EndedRow): Promise<boolean> => {
  const { rowCount } = await client.query(
    `update nexus.kept_response set status = $2, item_ids = $3, size = $4, content = $5, alive_until = null
      where response_id = $1 and ${running}`,
    [row.responseId, row.status, row.itemIds, row.size, row.content],
  );
  return rowCount === 1;
};

export interface EventsRow {
  readonly rowId: string;
  readonly first: number;
  readonly last: number;
  readonly content: Uint8Array;
}

/** Nothing where the response is gone; once, however often it is told. */
export const insertEvents = async (
  client: Pick<pg.Pool, "query">,
  responseId: string,
  { rowId, first, last, content }: EventsRow,
): Promise<void> => {
  await client.query(
    `insert into nexus.kept_response_event (row_id, response_id, first_number, last_number, content)
     select $1, response_id, $3, $4, $5 from nexus.kept_response where response_id = $2 for key share
     on conflict do nothing`,
    [rowId, responseId, first, last, content],
  );
};

/** Some of the events behind one, in their order. */
export const selectRunEvents = async (
  pool: pg.Pool,
  responseId: string,
  after: number,
  limit: number,
): Promise<readonly (EventsRow & { readonly content: Buffer })[]> => {
  const { rows } = await pool.query<EventsRow & { content: Buffer }>(
    `select row_id "rowId", first_number "first", last_number "last", content from nexus.kept_response_event
      where response_id = $1 and last_number > $2 order by last_number limit $3`,
    [responseId, after, limit],
  );
  return rows;
};
