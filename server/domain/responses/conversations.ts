import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { newItemRows } from "./conversation-items.ts";
import { keepingBounds } from "./keeping-bounds.ts";
import { keptId, rowIdOf } from "../../contracts/kept-id.ts";
import { notKept } from "./not-kept.ts";
import type { Owner } from "./keeper-of.ts";
import type { ResponsesDeps, WireObject } from "./responses-deps.ts";
import { openJson, sealJson } from "./sealed-json.ts";
import { inTransaction } from "./store.ts";
import {
  countItems,
  deleteConversationRow,
  deleteItemRow,
  insertConversation,
  insertItems,
  selectItem,
  selectItems,
  touchConversation,
  updateMetadata,
  type ConversationRow,
  type PageOfItems,
} from "./store-conversations.ts";

/** A conversation without its items. */
export interface KeptConversation {
  readonly id: string;
  readonly createdAt: Date;
  readonly metadata: WireObject;
}

const { days } = keepingBounds;

export const createConversation = async (
  deps: ResponsesDeps,
  owner: Owner,
  { items, metadata }: { readonly items: readonly WireObject[]; readonly metadata: WireObject },
): Promise<KeptConversation> => {
  const conversationId = newId();
  const { content } = sealJson(deps, "conversation", conversationId, metadata);
  const createdAt = await inTransaction(deps.db.pool, async (client) => {
    const at = await insertConversation(client, { ...owner, conversationId }, content, days);
    if (items.length > 0) await insertItems(client, conversationId, newItemRows(deps, items));
    return at;
  });
  return { id: keptId("conv", conversationId), createdAt, metadata };
};

const require = async (deps: ResponsesDeps, owner: Owner, id: string): Promise<ConversationRow> => {
  const rowId = rowIdOf("conv", id);
  const row = rowId === undefined ? undefined : await touchConversation(deps.db.pool, rowId, owner, days);
  if (row === undefined) throw notKept("Conversation", id);
  return row;
};

export const getConversation = async (deps: ResponsesDeps, owner: Owner, id: string): Promise<KeptConversation> => {
  const { conversationId, metadata, createdAt } = await require(deps, owner, id);
  return { id, createdAt, metadata: openJson(deps, "conversation", conversationId, metadata) };
};

export const setConversationMetadata = async (
  deps: ResponsesDeps,
  owner: Owner,
  id: string,
  metadata: WireObject,
): Promise<KeptConversation> => {
  const { conversationId, createdAt } = await require(deps, owner, id);
  const { content } = sealJson(deps, "conversation", conversationId, metadata);
  await updateMetadata(deps.db.pool, conversationId, owner, content);
  return { id, createdAt, metadata };
};

export const deleteConversation = async (deps: ResponsesDeps, owner: Owner, id: string): Promise<void> => {
  const rowId = rowIdOf("conv", id);
  if (rowId === undefined || !(await deleteConversationRow(deps.db.pool, rowId, owner)))
    throw notKept("Conversation", id);
};

export const addConversationItems = async (
  deps: ResponsesDeps,
  owner: Owner,
  id: string,
  items: readonly WireObject[],
): Promise<readonly WireObject[]> => {
  const { conversationId } = await require(deps, owner, id);
  const rows = newItemRows(deps, items);
  await inTransaction(deps.db.pool, async (client) => {
    if ((await countItems(client, conversationId)) + rows.length > keepingBounds.itemsOfConversation)
      throw new NexusError("CONFLICT", {
        message: `A conversation has at most ${keepingBounds.itemsOfConversation} items.`,
      });
    await insertItems(client, conversationId, rows);
  });
  return items.map((item, at) => ({ ...item, type: item["type"] ?? "message", id: rows[at]?.itemId }));
};

/** A page of items, and whether there are more. */
export const listConversationItems = async (
  deps: ResponsesDeps,
  owner: Owner,
  id: string,
  page: PageOfItems,
): Promise<{ readonly items: readonly WireObject[]; readonly more: boolean }> => {
  const { conversationId } = await require(deps, owner, id);
  const rows = await selectItems(deps.db.pool, conversationId, page);
  return {
    items: rows.slice(0, page.limit).map(({ rowId, content }) => openJson(deps, "conversation_item", rowId, content)),
    more: rows.length > page.limit,
  };
};

export const getConversationItem = async (
  deps: ResponsesDeps,
  owner: Owner,
  id: string,
  itemId: string,
): Promise<WireObject> => {
  const { conversationId } = await require(deps, owner, id);
  const row = await selectItem(deps.db.pool, conversationId, itemId);
  if (row === undefined) throw notKept("Item", itemId);
  return openJson(deps, "conversation_item", row.rowId, row.content);
};

export const deleteConversationItem = async (
  deps: ResponsesDeps,
  owner: Owner,
  id: string,
  itemId: string,
): Promise<KeptConversation> => {
  const { conversationId, metadata, createdAt } = await require(deps, owner, id);
  if (!(await deleteItemRow(deps.db.pool, conversationId, itemId))) throw notKept("Item", itemId);
  return { id, createdAt, metadata: openJson(deps, "conversation", conversationId, metadata) };
};
