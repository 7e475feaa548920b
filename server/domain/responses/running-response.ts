import { NexusError } from "../../errors.ts";
import { newId } from "../../platform/ids.ts";
import { newItemRows } from "./conversation-items.ts";
import type { NewResponse } from "./keep-response.ts";
import type { Owner } from "./keeper-of.ts";
import { keepingBounds } from "./keeping-bounds.ts";
import { keptItemIds, keptOutput, withIds } from "./kept-response.ts";
import type { ResponsesDeps } from "./responses-deps.ts";
import { openJson, sealJson } from "./sealed-json.ts";
import { inTransaction, insertResponse } from "./store.ts";
import { insertItems } from "./store-conversations.ts";
import {
  countRunning,
  insertEvents,
  selectRunEvents,
  updateAlive,
  updateCancelAsked,
  updateRunEnded,
  updateStarted,
  type EventsRow,
} from "./store-running.ts";

/** A response that goes on without its caller. */
export type RunningTurn = Omit<NewResponse, "status">;

/** Events by their numbers: the first one's, and their texts. */
export interface NumberedEvents {
  readonly first: number;
  readonly events: readonly string[];
}

const { aliveMs, running: most, days } = keepingBounds;

/** Refuses where an organization has as many at work as it may. */
export const requireRoomToRun = async ({ db }: Pick<ResponsesDeps, "db">, owner: Owner): Promise<void> => {
  if ((await countRunning(db.pool, owner)) < most) return;
  throw new NexusError("RATE_LIMITED", {
    message: `The organization has ${most} responses in the background; wait for one, or cancel one.`,
    retryAfterMs: 5_000,
  });
};

const sealTurn = (deps: ResponsesDeps, { responseId, response, input, streamed }: RunningTurn) =>
  sealJson(deps, "response", responseId, { response, input, streamed });

/** Keeps what is known of one that begins: from now on its process has to say that it runs. */
export const beginRunning = async (deps: ResponsesDeps, owner: Owner, turn: RunningTurn): Promise<void> => {
  await inTransaction(deps.db.pool, (client) =>
    insertResponse(client, {
      ...owner,
      ...turn,
      kind: turn.kind.name,
      status: "queued",
      itemIds: [],
      ...sealTurn(deps, turn),
      days,
      aliveMs,
    }),
  );
};

/** Its model is at work. */
export const noteStarted = ({ db }: Pick<ResponsesDeps, "db">, responseId: string): Promise<void> =>
  updateStarted(db.pool, responseId);

/** Says of responses that they run; answers which of them shall go on. */
export const noteRunning = async (
  { db }: Pick<ResponsesDeps, "db">,
  responseIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const rows = await updateAlive(db.pool, responseIds, aliveMs);
  return new Set(rows.flatMap(({ responseId, cancelAsked }) => (cancelAsked ? [] : [responseId])));
};

const sealEvents = (deps: ResponsesDeps, { first, events }: NumberedEvents): EventsRow => {
  const rowId = newId();
  const { content } = sealJson(deps, "response_event", rowId, { events });
  return { rowId, first, last: first + events.length - 1, content };
};

/** Keeps events for those who read on from another process. */
export const keepEvents = (deps: ResponsesDeps, responseId: string, events: NumberedEvents): Promise<void> =>
  insertEvents(deps.db.pool, responseId, sealEvents(deps, events));

const pages = 32;

/** Events behind one that are kept, and whether there may be more of them already. */
export const readEvents = async (
  deps: ResponsesDeps,
  responseId: string,
  after: number,
): Promise<NumberedEvents & { readonly more: boolean }> => {
  const rows = await selectRunEvents(deps.db.pool, responseId, after, pages);
  const events: string[] = [];
  for (const { rowId, first, content } of rows) {
    const kept = openJson(deps, "response_event", rowId, content)["events"];
    // What was told twice, as nobody knew whether it had arrived, is read once.
    if (Array.isArray(kept)) events.push(...kept.map(String).slice(Math.max(after + 1 + events.length - first, 0)));
  }
  return { first: after + 1, events, more: rows.length === pages };
};

/** How a response ended, with the last of its events. */
export interface EndedTurn extends RunningTurn, Pick<NewResponse, "status"> {
  readonly last: NumberedEvents | undefined;
  readonly bytesOfEvents: number;
}

/** Keeps the end of one that ran, unless its process was taken for dead before: then false. */
export const endRunning = async (deps: ResponsesDeps, turn: EndedTurn): Promise<boolean> => {
  const { kind, responseId, conversationId, status, input, last, bytesOfEvents } = turn;
  const { size, content } = sealTurn(deps, turn);
  const items = kind.hasItems ? [...withIds(input, responseId), ...keptOutput(turn, kind)] : [];
  return inTransaction(deps.db.pool, async (client) => {
    const itemIds = keptItemIds(items);
    const ended = await updateRunEnded(client, { responseId, status, itemIds, size: size + bytesOfEvents, content });
    if (!ended) return false;
    if (last !== undefined && last.events.length > 0) await insertEvents(client, responseId, sealEvents(deps, last));
    if (conversationId !== undefined && (status === "completed" || status === "incomplete"))
      await insertItems(client, conversationId, newItemRows(deps, items));
    return true;
  });
};

/** Asks the process that has it, whichever that is, to end a response, for whoever may. */
export const askToCancel = ({ db }: Pick<ResponsesDeps, "db">, responseId: string): Promise<void> =>
  updateCancelAsked(db.pool, responseId);
