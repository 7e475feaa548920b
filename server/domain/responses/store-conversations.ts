import type pg from "pg";
import type { Owner } from "./keeper-of.ts";

export interface ConversationRow {
  readonly conversationId: string;
  readonly metadata: Buffer;
  readonly createdAt: Date;
}

export interface ItemRow {
  readonly rowId: string;
  readonly itemId: string;
  readonly content: Buffer;
}

export interface NewItemRow {
  readonly rowId: string;
  readonly itemId: string;
  readonly size: number;
  readonly content: Uint8Array;
}

export const insertConversation = async (
  client: pg.PoolClient,
  { conversationId, organizationId, owner }: Owner & { readonly conversationId: string },
  metadata: Uint8Array,
  days: number,
): Promise<Date> => {
  const { rows } = await client.query<{ created_at: Date }>(
    `insert into nexus.conversation (conversation_id, organization_id, owner_digest, metadata, expires_at)
     values ($1, $2, $3, $4, clock_timestamp() + $5::int * interval '1 day') returning created_at`,
    [conversationId, organizationId, owner, metadata, days],
  );
  return rows[0]?.created_at ?? new Date(0);
};

/** A conversation that is used is kept on. */
export const touchConversation = async (
  client: Pick<pg.Pool, "query">,
  conversationId: string,
  { owner }: Owner,
  days: number,
): Promise<ConversationRow | undefined> => {
  const { rows } = await client.query<ConversationRow>(
    `update nexus.conversation set expires_at = clock_timestamp() + $3::int * interval '1 day'
      where conversation_id = $1 and owner_digest = $2
      returning conversation_id "conversationId", metadata, created_at "createdAt"`,
    [conversationId, owner, days],
  );
  return rows[0];
};

export const updateMetadata = async (
  pool: pg.Pool,
  conversationId: string,
  { owner }: Owner,
  metadata: Uint8Array,
): Promise<void> => {
  await pool.query("update nexus.conversation set metadata = $3 where conversation_id = $1 and owner_digest = $2", [
    conversationId,
    owner,
    metadata,
  ]);
};

export const deleteConversationRow = async (
  pool: pg.Pool,
  conversationId: string,
  { owner }: Owner,
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    "delete from nexus.conversation where conversation_id = $1 and owner_digest = $2",
    [conversationId, owner],
  );
  return rowCount === 1;
};

/** In one statement, behind what is there; an item that is there already stays as it is. */
export const insertItems = async (
  client: pg.PoolClient,
  conversationId: string,
  items: readonly NewItemRow[],
): Promise<void> => {
  await client.query(
    `insert into nexus.conversation_item (row_id, conversation_id, item_id, size, content)
     select row_id, $1, item_id, size, content
       from unnest($2::uuid[], $3::text[], $4::int[], $5::bytea[]) with ordinality i (row_id, item_id, size, content, n)
      where exists (select from nexus.conversation where conversation_id = $1)
      order by n on conflict (conversation_id, item_id) do nothing`,
    [
      conversationId,
      items.map(({ rowId }) => rowId),
      items.map(({ itemId }) => itemId),
      items.map(({ size }) => size),
      items.map(({ content }) => content),
    ],
  );
};

export const countItems = async (client: Pick<pg.Pool, "query">, conversationId: string): Promise<number> => {
  const { rows } = await client.query<{ n: string }>(
    "select count(*)::text n from nexus.conversation_item where conversation_id = $1",
    [conversationId],
  );
  return Number(rows[0]?.n ?? 0);
};

const columns = 'row_id "rowId", item_id "itemId", content';

/** All items, oldest first; undefined where they are more than a request may weigh. */
export const selectAllItems = async (
  pool: pg.Pool,
  conversationId: string,
  bytes: number,
): Promise<readonly ItemRow[] | undefined> => {
  const { rows } = await pool.query<ItemRow & { readonly total: string }>(
    `select ${columns}, total::text from
       (select *, sum(size::bigint) over (order by place) total from nexus.conversation_item where conversation_id = $1) i
      where total - size <= $2 order by place`,
    [conversationId, bytes],
  );
  return Number(rows.at(-1)?.total ?? 0) > bytes ? undefined : rows;
};

export interface PageOfItems {
  readonly after: string | undefined;
  readonly limit: number;
  readonly order: "asc" | "desc";
}

/** One more than the limit, where there are more. */
export const selectItems = async (
  pool: pg.Pool,
  conversationId: string,
  { after, limit, order }: PageOfItems,
): Promise<readonly ItemRow[]> => {
  const [beyond, direction] = order === "asc" ? [">", "asc"] : ["<", "desc"];
  const { rows } = await pool.query<ItemRow>(
    `select ${columns} from nexus.conversation_item where conversation_id = $1
        and ($2::text is null or place ${beyond}
             (select place from nexus.conversation_item where conversation_id = $1 and item_id = $2))
      order by place ${direction} limit $3`,
    [conversationId, after ?? null, limit + 1],
  );
  return rows;
};

export const selectItem = async (
  pool: pg.Pool,
  conversationId: string,
  itemId: string,
): Promise<ItemRow | undefined> => {
  const { rows } = await pool.query<ItemRow>(
    `select ${columns} from nexus.conversation_item where conversation_id = $1 and item_id = $2`,
    [conversationId, itemId],
  );
  return rows[0];
};

/** Items of any of the owner's conversations. */
export const selectItemsOfOwner = async (
  pool: pg.Pool,
  itemIds: readonly string[],
  { owner }: Owner,
): Promise<readonly ItemRow[]> => {
  const { rows } = await pool.query<ItemRow>(
    `select i.row_id "rowId", i.item_id "itemId", i.content from nexus.conversation_item i
       join nexus.conversation c using (conversation_id) where i.item_id = any($1::text[]) and c.owner_digest = $2 limit 1000`,
    [itemIds, owner],
  );
  return rows;
};

export const deleteItemRow = async (pool: pg.Pool, conversationId: string, itemId: string): Promise<boolean> => {
  const { rowCount } = await pool.query(
    "delete from nexus.conversation_item where conversation_id = $1 and item_id = $2",
    [conversationId, itemId],
  );
  return rowCount === 1;
};
