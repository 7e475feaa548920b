import type { Owner } from "./keeper-of.ts";
import { keptItemIds, keptOutput, withIds, type KeptResponse } from "./kept-response.ts";
import { newItemRows } from "./conversation-items.ts";
import type { KeptKind } from "./kept-kind.ts";
import { keepingBounds } from "./keeping-bounds.ts";
import { sealJson } from "./sealed-json.ts";
import type { ResponsesDeps } from "./responses-deps.ts";
import { inTransaction, insertResponse, type KeptStatus } from "./store.ts";
import { insertItems } from "./store-conversations.ts";

export interface NewResponse extends KeptResponse {
  readonly kind: KeptKind;
  readonly responseId: string;
  readonly previousId: string | undefined;
  readonly conversationId: string | undefined;
  readonly status: KeptStatus;
}

/** Keeps a turn, and puts it behind its conversation; once, however often it is told. */
export const keepResponse = async (deps: ResponsesDeps, owner: Owner, turn: NewResponse): Promise<void> => {
  const { kind, responseId, previousId, conversationId, status, response, input } = turn;
  const { size, content } = sealJson(deps, "response", responseId, { response, input });
  const items = kind.hasItems ? [...withIds(input, responseId), ...keptOutput(turn, kind)] : [];
  await inTransaction(deps.db.pool, async (client) => {
    const isNew = await insertResponse(client, {
      ...owner,
      kind: kind.name,
      responseId,
      previousId,
      conversationId,
      status,
      itemIds: keptItemIds(items),
      size,
      content,
      days: keepingBounds.days,
    });
    if (isNew && conversationId !== undefined) await insertItems(client, conversationId, newItemRows(deps, items));
  });
};
