import type { CallContext } from "../../contracts/call-context.ts";
import {
  addConversationItems,
  keepingBounds,
  keeperOf,
  responseKind,
  rowIdOf,
  type Owner,
  type WireObject,
} from "../../domain/responses/index.ts";
import { answerAsked } from "../dialect/answer-in-dialect.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { keepAnsweredTurn, type RunningDoor } from "../kept-answers/index.ts";
import { resolveItems } from "./resolve-items.ts";
import { conversationOf } from "./response-object.ts";
import { responsesDialect } from "./responses-dialect.ts";
import type { ResponsesRequest } from "./responses-request.ts";

/** A request for a response, read and checked. */
export interface AskedResponse {
  readonly body: Readonly<Record<string, unknown>>;
  readonly asked: ResponsesRequest;
  readonly byteLength: number;
  readonly request: DoorRequest;
}

interface Keeping {
  readonly asked: ResponsesRequest;
  readonly owner: Owner;
  readonly input: readonly WireObject[];
  readonly stores: boolean;
}

/** Keeps an answered turn, or at least the items that belong to its conversation. */
const keep = async (
  door: RunningDoor,
  { asked, owner, input, stores }: Keeping,
  response: WireObject,
): Promise<void> => {
  const conversation = conversationOf(asked);
  const { previous_response_id: previous } = asked;
  if (stores)
    return keepAnsweredTurn(door, owner, {
      kind: responseKind,
      previousId: typeof previous === "string" ? rowIdOf("resp", previous) : undefined,
      conversationId: conversation === undefined ? undefined : rowIdOf("conv", conversation),
      response,
      input,
    });
  if (conversation === undefined) return;
  const output: readonly WireObject[] = Array.isArray(response["output"]) ? response["output"] : [];
  try {
    await addConversationItems(door.deps, owner, conversation, [...input, ...output]);
  } catch (error) {
    door.metrics.responsesKept.inc({ outcome: "lost" });
    door.deps.log.error({ err: error, conversation }, "what was said was not put into its conversation");
  }
};

/** Answers POST /v1/responses, with its conversation gathered before and kept after. */
export const createResponse = async (
  door: RunningDoor,
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
