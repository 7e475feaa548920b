import { NexusError } from "../../errors.ts";
import { keepingBounds } from "./keeping-bounds.ts";
import { rowIdOf } from "../../contracts/kept-id.ts";
import type { KeptKind } from "./kept-kind.ts";
import { asKeptResponse, keptOutput } from "./kept-response.ts";
import { noPrevious, notKept } from "./not-kept.ts";
import type { Owner } from "./keeper-of.ts";
import type { ResponsesDeps, WireObject } from "./responses-deps.ts";
import { openJson } from "./sealed-json.ts";
import { selectChain } from "./store.ts";
import { selectAllItems, touchConversation } from "./store-conversations.ts";

const tooLong = (): NexusError =>
  new NexusError("PAYLOAD_TOO_LARGE", {
    message: `The conversation has grown beyond ${keepingBounds.bytesOfHistory} bytes or ${keepingBounds.turnsOfHistory} turns; begin a new one.`,
    details: { maxBytes: keepingBounds.bytesOfHistory },
  });

/** All items of the turns up to a response, and its own. */
export const readHistory = async (
  deps: ResponsesDeps,
  owner: Owner,
  kind: KeptKind,
  previousId: string,
): Promise<readonly WireObject[]> => {
  const { bytesOfHistory: bytes, turnsOfHistory: turns, days } = keepingBounds;
  const rowId = rowIdOf(kind.prefix, previousId);
  const rows = rowId === undefined ? [] : await selectChain(deps.db.pool, rowId, owner, kind, { turns, bytes, days });
  const [oldest] = rows;
  const last = rows.at(-1);
  if (oldest === undefined || last === undefined) throw noPrevious(kind, previousId);
  if (rows.some(({ tooLarge }) => tooLarge) || rows.length >= turns) throw tooLong();
  if (oldest.previousId !== null)
    throw noPrevious(
      kind,
      previousId,
      `A turn before '${previousId}' is no longer kept, so that it cannot be gone on with.`,
    );
  if (last.status === "queued" || last.status === "in_progress")
    throw noPrevious(kind, previousId, `${kind.title} '${previousId}' is not finished yet.`);
  return rows.flatMap(({ responseId, content }) => {
    const turn = asKeptResponse(openJson(deps, "response", responseId, content));
    return [...turn.input, ...keptOutput(turn, kind)];
  });
};

/** All items of a conversation. */
export const readConversation = async (
  deps: ResponsesDeps,
  owner: Owner,
  conversationId: string,
): Promise<readonly WireObject[]> => {
  const rowId = rowIdOf("conv", conversationId);
  const found =
    rowId === undefined ? undefined : await touchConversation(deps.db.pool, rowId, owner, keepingBounds.days);
  if (found === undefined) throw notKept("Conversation", conversationId);
  const rows = await selectAllItems(deps.db.pool, found.conversationId, keepingBounds.bytesOfHistory);
  if (rows === undefined || rows.length > keepingBounds.itemsOfConversation) throw tooLong();
  return rows.map(({ rowId: id, content }) => openJson(deps, "conversation_item", id, content));
};
