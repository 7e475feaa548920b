import type { CallContext } from "../../contracts/call-context.ts";
import {
  addConversationItems,
  keepingBounds,
  keepResponse,
  keeperOf,
  rowIdOf,
  type Owner,
  type WireObject,
} from "../../domain/responses/index.ts";
import { answerAsked } from "../dialect/answer-in-dialect.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { resolveItems } from "./resolve-items.ts";
import { conversationOf } from "./response-object.ts";
import { responsesDialect } from "./responses-dialect.ts";
import type { ResponsesDoorDeps } from "./responses-door-deps.ts";
import type { ResponsesRequest } from "./responses-request.ts";

/** A request for a response, read and checked. */
export interface AskedResponse {
  readonly body: Readonly<Record<string, unknown>>;
  readonly asked: ResponsesRequest;
  readonly byteLength: number;
  readonly request: DoorRequest;
}

const statuses = ["completed", "incomplete", "failed"] as const;

interface Keeping {
  readonly asked: ResponsesRequest;
  readonly owner: Owner;
  readonly input: readonly WireObject[];
  readonly stores: boolean;
}

/** Keeps an answered turn. That it could not be kept does not undo the answer, which is paid for. */
const keep = async (
  { deps, metrics }: ResponsesDoorDeps,
  { asked, owner, input, stores }: Keeping,
  response: WireObject,
): Promise<void> => {
  const conversation = conversationOf(asked);
  const responseId = rowIdOf("resp", String(response["id"]));
  try {
    if (!stores) {
      const output: readonly WireObject[] = Array.isArray(response["output"]) ? response["output"] : [];
      if (conversation !== undefined) await addConversationItems(deps, owner, conversation, [...input, ...output]);
      return;
    }
    if (responseId === undefined) return;
    const { previous_response_id: previous } = asked;
    await keepResponse(deps, owner, {
      responseId,
      previousId: typeof previous === "string" ? rowIdOf("resp", previous) : undefined,
      conversationId: conversation === undefined ? undefined : rowIdOf("conv", conversation),
      status: statuses.find((one) => one === response["status"]) ?? "completed",
      response,
      input,
    });
    metrics.responsesKept.inc({ outcome: "kept" });
  } catch (error) {
    metrics.responsesKept.inc({ outcome: "lost" });
    deps.log.error({ err: error, responseId }, "a response was not kept");
  }
};

/** Answers POST /v1/responses, with its conversation gathered before and kept after. */
export const createResponse = async (
  door: ResponsesDoorDeps,
  { body, asked, byteLength, request }: AskedResponse,
  ctx: CallContext,
): Promise<DoorReply> => {
  const owner = keeperOf(ctx);
  const { history, own, addedBytes } = await resolveItems(door.deps, owner, asked);
  const fits = byteLength <= keepingBounds.bytesOfInput;
  const stores = (asked.store ?? true) && fits;
  let response: WireObject | undefined;
  const dialect = responsesDialect({
    request: fits ? asked : { ...asked, store: false },
    items: [...history, ...own],
    withheld:
      asked.store === false || fits ? [] : [`store: more than ${keepingBounds.bytesOfInput} bytes are not kept`],
    onResponse: (answered) => {
      response = answered;
    },
    settled: async () => {
      if (response !== undefined) await keep(door, { asked, owner, input: own, stores }, response);
    },
  });
  return answerAsked(dialect, door.gateway, { body, asked, byteLength: byteLength + addedBytes, request }, ctx);
};
