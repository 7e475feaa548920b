import type { CallContext } from "../../contracts/call-context.ts";
import { interactionKind, keepingBounds, keeperOf, rowIdOf, type WireObject } from "../../domain/responses/index.ts";
import { answerAsked, maxBodyBytes } from "../dialect/answer-in-dialect.ts";
import { asRecord } from "../dialect/as-record.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { beginInBackground, keepAnsweredTurn, requireKeeping, type RunningDoor } from "../kept-answers/index.ts";
import { readSizedJson } from "../read-json.ts";
import { interactionBody } from "./interaction-object.ts";
import { parseInteraction } from "./interaction-request.ts";
import { interactionsDialect } from "./interactions-dialect.ts";
import { interactionsWire } from "./interactions-wire.ts";
import { resolveSteps } from "./resolve-steps.ts";
import { requireText } from "./response-format.ts";

/** Answers POST /v1beta/interactions, with its conversation gathered before and kept after. */
export const createInteraction = async (
  door: RunningDoor,
  request: DoorRequest,
  ctx: CallContext,
): Promise<DoorReply> => {
  const { value, byteLength } = await readSizedJson(request, maxBodyBytes);
  const asked = parseInteraction(value);
  requireText(asked);
  const owner = keeperOf(ctx);
  if (asked.background === true) requireKeeping(asked.store, byteLength);
  const { history, own, addedBytes } = await resolveSteps(door.deps, owner, asked);
  const steps = [...history, ...own];
  const asking = { body: asRecord(value), asked, byteLength: byteLength + addedBytes, request };
  const { previous_interaction_id: previous } = asked;
  const turn = {
    previousId: typeof previous === "string" ? rowIdOf("int", previous) : undefined,
    conversationId: undefined,
    input: own,
  };

  if (asked.background === true) {
    const streamed = asked.stream === true;
    const begun = (operationId: string): WireObject =>
      interactionBody(asked, { operationId, nowMs: door.background.clock.now(), model: asked.model }, "in_progress");
    return beginInBackground(
      door,
      {
        wire: interactionsWire,
        dialect: interactionsDialect({ request: asked, steps }),
        asking,
        turn: (operationId) => ({ ...turn, response: { ...begun(operationId), steps: [] }, streamed }),
        streamed,
      },
      ctx,
    );
  }

  const fits = byteLength <= keepingBounds.bytesOfInput;
  let interaction: WireObject | undefined;
  const dialect = interactionsDialect({
    request: fits ? asked : { ...asked, store: false },
    steps,
    withheld:
      asked.store === false || fits ? [] : [`store: more than ${keepingBounds.bytesOfInput} bytes are not kept`],
    onInteraction: (answered) => {
      interaction = answered;
    },
    settled: async () => {
      if (interaction === undefined || asked.store === false || !fits) return;
      await keepAnsweredTurn(door, owner, { ...turn, kind: interactionKind, response: interaction });
    },
  });
  return answerAsked(dialect, door.gateway, asking, ctx);
};
