import { rowIdOf } from "./kept-id.ts";
import { asKeptResponse, withIds, type KeptResponse } from "./kept-response.ts";
import { notKept } from "./not-kept.ts";
import type { Owner } from "./keeper-of.ts";
import type { ResponsesDeps, WireObject } from "./responses-deps.ts";
import { openJson } from "./sealed-json.ts";
import { deleteResponseRow, selectResponse, type KeptStatus } from "./store.ts";

/** A response that is kept, and how it stands. */
export interface FoundResponse extends KeptResponse {
  readonly rowId: string;
  readonly status: KeptStatus;
  readonly cancelAsked: boolean;
}

/** What is said of one whose process has ended before it. */
const lost = {
  code: "server_error",
  message:
    "The process that worked on this response has ended before it. Whether its model went on is not known: what it may have cost is held until that is settled.",
};

/** The response as it stands: what was kept of it is as old as its beginning while it runs. */
const standing = (response: WireObject, status: KeptStatus): WireObject => {
  if (response["status"] === status) return response;
  return { ...response, status, ...(status === "failed" ? { error: lost } : {}) };
};

/** A response of the caller's own; throws NOT_FOUND for every other. */
export const readResponse = async (deps: ResponsesDeps, owner: Owner, id: string): Promise<FoundResponse> => {
  const rowId = rowIdOf("resp", id);
  const row = rowId === undefined ? undefined : await selectResponse(deps.db.pool, rowId, owner);
  if (row === undefined) throw notKept("Response", id);
  const { responseId, status, cancelAsked, content } = row;
  const kept = asKeptResponse(openJson(deps, "response", responseId, content));
  return { rowId: responseId, status, cancelAsked, ...kept, response: standing(kept.response, status) };
};

/** What came in with a response, in its order, each with an id. */
export const readInputItems = async (deps: ResponsesDeps, owner: Owner, id: string): Promise<readonly WireObject[]> => {
  const { rowId, input } = await readResponse(deps, owner, id);
  return withIds(input, rowId);
};

export const deleteResponse = async (deps: ResponsesDeps, owner: Owner, id: string): Promise<void> => {
  const rowId = rowIdOf("resp", id);
  if (rowId === undefined || !(await deleteResponseRow(deps.db.pool, rowId, owner))) throw notKept("Response", id);
};
