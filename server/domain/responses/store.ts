import type pg from "pg";
import type { KeptStatus } from "../../contracts/kept-status.ts";
import type { KeptKind } from "./kept-kind.ts";
import type { Owner } from "./keeper-of.ts";

export { inTransaction } from "../../platform/db/transaction.ts";

export interface ResponseRow {
  readonly responseId: string;
  readonly previousId: string | null;
  readonly conversationId: string | null;
  readonly status: KeptStatus;
  readonly cancelAsked: boolean;
  readonly content: Buffer;
}

/** One that runs has a process that says so; where that is silent, nobody will end it. */
export const standing = `case when status in ('queued', 'in_progress') and alive_until < clock_timestamp()
  then case when cancel_asked then 'cancelled' else 'failed' end else status end`;

const columns = `response_id "responseId", previous_id "previousId", conversation_id "conversationId", ${standing} status,
  cancel_asked "cancelAsked", content`;

export interface NewResponseRow extends Owner {
  readonly kind: KeptKind["name"];
  readonly responseId: string;
  readonly previousId: string | undefined;
  readonly conversationId: string | undefined;
  readonly status: KeptStatus;
  readonly itemIds: readonly string[];
  readonly size: number;
  readonly content: Uint8Array;
  readonly days: number;
  /** Of one that goes on without its caller. */
  readonly aliveMs?: number | undefined;
}

/** Whether it is new; what it goes on from is kept as long as it. */
export const insertResponse = async (client: pg.PoolClient, row: NewResponseRow): Promise<boolean> => {
  const { rowCount } = await client.query(
    `insert into nexus.kept_response
       (response_id, organization_id, owner_digest, previous_id, conversation_id, status, item_ids, size, content, alive_until, expires_at, kind,
        user_id, asked_by, background)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp() + $10::bigint * interval '1 ms',
             clock_timestamp() + $11::int * interval '1 day', $12, $13, $14, $10 is not null)
     on conflict (response_id) do nothing`,
    [
      row.responseId,
      row.organizationId,
      row.owner,
      row.previousId ?? null,
      row.conversationId ?? null,
      row.status,
      row.itemIds,
      row.size,
      row.content,
      row.aliveMs ?? null,
      row.days,
      row.kind,
      row.userId ?? null,
      row.askedBy,
    ],
  );
  return rowCount === 1;
};

/** Several turns that belong to no conversation, in one statement; those that are kept already stay as they are. */
export const insertTurns = async (
  pool: pg.Pool,
  rows: readonly Omit<NewResponseRow, "conversationId" | "days" | "aliveMs">[],
  days: number,
): Promise<void> => {
  await pool.query({
    name: "kept_response_insert",
    text: `insert into nexus.kept_response
             (response_id, organization_id, owner_digest, previous_id, status, item_ids, size, content, kind, user_id, asked_by, expires_at)
           select x.response_id, x.organization_id, x.owner_digest, x.previous_id, x.status,
                  array(select json_array_elements_text(x.item_ids)), x.size, x.content, x.kind, x.user_id, x.asked_by,
                  clock_timestamp() + $12::int * interval '1 day'
             from unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[], $5::text[], $6::json[], $7::int[], $8::bytea[], $9::text[],
                         $10::text[], $11::text[])
               x (response_id, organization_id, owner_digest, previous_id, status, item_ids, size, content, kind, user_id, asked_by)
           on conflict (response_id) do nothing`,
    values: [
      rows.map(({ responseId }) => responseId),
      rows.map(({ organizationId }) => organizationId),
      rows.map(({ owner }) => owner),
      rows.map(({ previousId }) => previousId ?? null),
      rows.map(({ status }) => status),
      rows.map(({ itemIds }) => JSON.stringify(itemIds)),
      rows.map(({ size }) => size),
      rows.map(({ content }) => content),
      rows.map(({ kind }) => kind),
      rows.map(({ userId }) => userId ?? null),
      rows.map(({ askedBy }) => askedBy),
      days,
    ],
  });
};

const chainOf = `with recursive chain (response_id, previous_id, n) as (
    select response_id, previous_id, 1 from nexus.kept_response where response_id = $1 and owner_digest = $2 and kind = $6
    union all
    select p.response_id, p.previous_id, c.n + 1 from chain c
      join nexus.kept_response p on p.response_id = c.previous_id and p.owner_digest = $2 where c.n < $3)`;

/** A response with all that it goes on from, oldest first. What was used is kept on. */
export const selectChain = async (
  pool: pg.Pool,
  responseId: string,
  { owner }: Owner,
  { name }: Pick<KeptKind, "name">,
  { turns, bytes, days }: { readonly turns: number; readonly bytes: number; readonly days: number },
): Promise<readonly (ResponseRow & { readonly tooLarge: boolean })[]> => {
  const { rows } = await pool.query<ResponseRow & { tooLarge: boolean }>(
    `${chainOf},
     used as (update nexus.kept_response r set expires_at = clock_timestamp() + $5::int * interval '1 day'
               from chain c where c.response_id = r.response_id and r.expires_at < clock_timestamp() + ($5::int - 1) * interval '1 day'),
     summed as (select c.n, sum(r.size) over (order by c.n) total, r.* from chain c join nexus.kept_response r using (response_id))
     select response_id "responseId", previous_id "previousId", conversation_id "conversationId", ${standing} status,
            cancel_asked "cancelAsked", total > $4 "tooLarge", case when total > $4 then ''::bytea else content end content
       from summed order by n desc`,
    [responseId, owner, turns, bytes, days, name],
  );
  return rows;
};

export const selectResponse = async (
  pool: pg.Pool,
  responseId: string,
  { owner }: Owner,
  { name }: Pick<KeptKind, "name">,
): Promise<ResponseRow | undefined> => {
  const { rows } = await pool.query<ResponseRow>(
    `select ${columns} from nexus.kept_response where response_id = $1 and owner_digest = $2 and kind = $3`,
    [responseId, owner, name],
  );
  return rows[0];
};

/** Those that have one of the items. */
export const selectResponsesWith = async (
  pool: pg.Pool,
  itemIds: readonly string[],
  { owner }: Owner,
  limit: number,
): Promise<readonly ResponseRow[]> => {
  const { rows } = await pool.query<ResponseRow>(
    `select ${columns} from nexus.kept_response where item_ids && $1::text[] and owner_digest = $2 and kind = 'response' order by response_id desc limit $3`,
    [itemIds, owner, limit],
  );
  return rows;
};

export const deleteResponseRow = async (
  pool: pg.Pool,
  responseId: string,
  { owner }: Owner,
  { name }: Pick<KeptKind, "name">,
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    "delete from nexus.kept_response where response_id = $1 and owner_digest = $2 and kind = $3",
    [responseId, owner, name],
  );
  return rowCount === 1;
};

const notRunning = "(alive_until is null or alive_until < clock_timestamp())";

interface PruneBounds {
  readonly most: number;
  readonly bytes: number;
  readonly conversations: number;
  readonly atOnce: number;
}

/** Deletes what has expired, and of each organization the oldest beyond its bounds. Says how much it was. */
export const pruneRows = async (
  pool: pg.Pool,
  { most, bytes, conversations, atOnce }: PruneBounds,
): Promise<number> => {
  let pruned = 0;
  for (const [sql, values] of [
    [
      `delete from nexus.kept_response where response_id in
         (select response_id from nexus.kept_response where expires_at < clock_timestamp() and ${notRunning} limit $1)`,
      [atOnce],
    ],
    [
      `delete from nexus.conversation where conversation_id in
         (select conversation_id from nexus.conversation where expires_at < clock_timestamp() limit $1)`,
      [atOnce],
    ],
    [
      `delete from nexus.kept_response where response_id in
         (select response_id from
           (select response_id, alive_until,
                   row_number() over w n, sum(size::bigint) over w total from nexus.kept_response
            window w as (partition by organization_id order by response_id desc)) k
          where (n > $1 or total > $2) and ${notRunning} limit $3)`,
      [most, bytes, atOnce],
    ],
    [
      `delete from nexus.conversation where conversation_id in
         (select conversation_id from
           (select conversation_id, row_number() over (partition by organization_id order by expires_at desc, conversation_id desc) n
              from nexus.conversation) k where n > $1 limit $2)`,
      [conversations, atOnce],
    ],
  ] as const) {
    const { rowCount } = await pool.query(sql, [...values]);
    pruned += rowCount ?? 0;
  }
  return pruned;
};
