import { asKeptResponse, keptOutput, withIds } from "./kept-response.ts";
import type { Owner } from "./keeper-of.ts";
import type { ResponsesDeps, WireObject } from "./responses-deps.ts";
import { openJson } from "./sealed-json.ts";
import { selectResponsesWith } from "./store.ts";
import { selectItemsOfOwner } from "./store-conversations.ts";

/** So many turns may one request refer to. */
const mostTurns = 200;

/** Items that are kept, by their ids. */
export const findItems = async (
  deps: ResponsesDeps,
  owner: Owner,
  itemIds: readonly string[],
): Promise<ReadonlyMap<string, WireObject>> => {
  const wanted = new Set(itemIds);
  const found = new Map<string, WireObject>();
  const take = (item: WireObject): void => {
    const { id } = item;
    if (typeof id === "string" && wanted.has(id) && !found.has(id)) found.set(id, item);
  };
  for (const { responseId, content } of await selectResponsesWith(deps.db.pool, itemIds, owner, mostTurns)) {
    const turn = asKeptResponse(openJson(deps, "response", responseId, content));
    for (const item of [...withIds(turn.input, responseId), ...keptOutput(turn)]) take(item);
  }
  const missing = itemIds.filter((id) => !found.has(id));
  if (missing.length > 0)
    for (const { rowId, content } of await selectItemsOfOwner(deps.db.pool, missing, owner))
      take(openJson(deps, "conversation_item", rowId, content));
  return found;
};
