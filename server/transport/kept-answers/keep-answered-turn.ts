import { rowIdOf, type KeptStatus, type NewResponse, type Owner } from "../../domain/responses/index.ts";
import type { RunningDoor } from "./background-runs.ts";

const statuses: readonly KeptStatus[] = ["completed", "incomplete", "failed"];

/** How an answer counts that was given in one piece. What waits for its caller has ended. */
const statusOf = (status: unknown): KeptStatus => statuses.find((one) => one === status) ?? "completed";

/** Keeps an answered turn. That it could not be kept does not undo the answer, which is paid for. */
export const keepAnsweredTurn = async (
  { deps, metrics, keepResponse }: RunningDoor,
  owner: Owner,
  turn: Omit<NewResponse, "responseId" | "status">,
): Promise<void> => {
  const { response, kind } = turn;
  const responseId = rowIdOf(kind.prefix, String(response["id"]));
  if (responseId === undefined) return;
  try {
    await keepResponse(owner, { ...turn, responseId, status: statusOf(response["status"]) });
    metrics.responsesKept.inc({ outcome: "kept" });
  } catch (error) {
    metrics.responsesKept.inc({ outcome: "lost" });
    deps.log.error({ err: error, responseId }, "an answer was not kept");
  }
};
