import { rowIdOf } from "../../contracts/kept-id.ts";
import type { KeptStatus } from "../../contracts/kept-status.ts";
import { responseKind, type KeptKind } from "./kept-kind.ts";
import { asKeptResponse, withIds, type KeptResponse } from "./kept-response.ts";
import { notKept } from "./not-kept.ts";
import type { Owner } from "./keeper-of.ts";
import type { ResponsesDeps, WireObject } from "./responses-deps.ts";
import { openJson } from "./sealed-json.ts";
import { deleteResponseRow, selectResponse } from "./store.ts";

/** A response that is kept, and how it stands. */
export interface FoundResponse extends KeptResponse {
  readonly rowId: string;
  readonly status: KeptStatus;
  readonly cancelAsked: boolean;
  /** It was begun without its caller. */
  readonly background: boolean;
}

/** What is said of one whose process has ended before it. */
const lost = {
  code: "server_error",
  message:
    "The process that worked on this response has ended before it. Whether its model went on is not known: what it may have cost is held until that is settled.",
};

/** The response as it stands: what was kept of it is as old as its beginning while it runs. */
const standing = (kind: KeptKind, response: WireObject, status: KeptStatus): WireObject => {
  const said = response["status"];
  // What has ended says how by itself, in the words of its API.
  if (said === status || (said !== "queued" && said !== "in_progress")) return response;
  return {
    ...response,
    status: status === "queued" ? kind.waiting : status,
    ...(status === "failed" ? kind.failedWith(lost) : {}),
  };
};

/** What was kept of a turn, with its answer as it stands. */
export const standingTurn = (kind: KeptKind, opened: WireObject, status: KeptStatus): KeptResponse => {
  const kept = asKeptResponse(opened);
  return { ...kept, response: standing(kind, kept.response, status) };
};

/** A response of the caller's own; throws NOT_FOUND for every other. */
export const readResponse = async (
  deps: ResponsesDeps,
  owner: Owner,
  kind: KeptKind,
  id: string,
): Promise<FoundResponse> => {
  const rowId = rowIdOf(kind.prefix, id);
  const row = rowId === undefined ? undefined : await selectResponse(deps.db.pool, rowId, owner, kind);
  if (row === undefined) throw notKept(kind.title, id);
  const { responseId, status, cancelAsked, content } = row;
  const opened = openJson(deps, "response", responseId, content);
  const background = typeof opened["streamed"] === "boolean";
  return { rowId: responseId, status, cancelAsked, background, ...standingTurn(kind, opened, status) };
};

/** What came in with a response, in its order, each with an id. */
export const readInputItems = async (deps: ResponsesDeps, owner: Owner, id: string): Promise<readonly WireObject[]> => {
  const { rowId, input } = await readResponse(deps, owner, responseKind, id);
  return withIds(input, rowId);
};

export const deleteResponse = async (deps: ResponsesDeps, owner: Owner, kind: KeptKind, id: string): Promise<void> => {
  const rowId = rowIdOf(kind.prefix, id);
  if (rowId === undefined || !(await deleteResponseRow(deps.db.pool, rowId, owner, kind)))
    throw notKept(kind.title, id);
};
