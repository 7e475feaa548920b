import { newId } from "../../platform/ids.ts";
import type { ResponsesDeps, WireObject } from "./responses-deps.ts";
import { sealJson } from "./sealed-json.ts";
import type { NewItemRow } from "./store-conversations.ts";

/** Items as the rows of a conversation have them. */
export const newItemRows = (deps: ResponsesDeps, items: readonly WireObject[]): readonly NewItemRow[] =>
  items.map((item) => {
    const rowId = newId();
    const itemId = typeof item["id"] === "string" ? item["id"] : `msg_${rowId}`;
    const whole = { ...item, type: item["type"] ?? "message", id: itemId };
    return { rowId, itemId, ...sealJson(deps, "conversation_item", rowId, whole) };
  });
