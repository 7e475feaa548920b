import type { KeptStatus } from "../../contracts/kept-status.ts";
import { isDatabaseOutage } from "../../platform/db/is-database-outage.ts";
import { gatherWrites } from "../../platform/gather-writes.ts";
import type { Owner } from "./keeper-of.ts";
import { keptItemIds, keptOutput, withIds, type KeptResponse } from "./kept-response.ts";
import { newItemRows } from "./conversation-items.ts";
import type { KeptKind } from "./kept-kind.ts";
import { keepingBounds } from "./keeping-bounds.ts";
import { sealJson } from "./sealed-json.ts";
import type { ResponsesDeps } from "./responses-deps.ts";
import { inTransaction, insertResponse, insertTurns } from "./store.ts";
import { insertItems } from "./store-conversations.ts";

export interface NewResponse extends KeptResponse {
  readonly kind: KeptKind;
  readonly responseId: string;
  readonly previousId: string | undefined;
  readonly conversationId: string | undefined;
  readonly status: KeptStatus;
}

/** Keeps a turn, and puts it behind its conversation; once, however often it is told. */
export type KeepResponse = (owner: Owner, turn: NewResponse) => Promise<void>;

/** Turns that end at the same time are written together, except into conversations. */
export const createKeepResponse = (deps: ResponsesDeps): KeepResponse => {
  const { pool } = deps.db;
  const insert = gatherWrites({
    write: (rows: Parameters<typeof insertTurns>[1]) => insertTurns(pool, rows, keepingBounds.days),
    bytesOf: ({ size }) => size,
    mayDiffer: (error) => !isDatabaseOutage(error),
  });
  return async (owner, turn) => {
    const { kind, responseId, previousId, conversationId, status, response, input } = turn;
    const items = kind.hasItems ? [...withIds(input, responseId), ...keptOutput(turn, kind)] : [];
    const row = {
      ...owner,
      kind: kind.name,
      responseId,
      previousId,
      status,
      itemIds: keptItemIds(items),
      ...sealJson(deps, "response", responseId, { response, input }),
    };
    if (conversationId === undefined) return insert(row);
    await inTransaction(pool, async (client) => {
      const isNew = await insertResponse(client, { ...row, conversationId, days: keepingBounds.days });
      if (isNew) await insertItems(client, conversationId, newItemRows(deps, items));
    });
  };
};
