import type { GeneratedText, VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import type { WireObject } from "../../domain/responses/index.ts";
import type { AnswerOrigin, TextDialect } from "../dialect/dialect.ts";
import { eventsOfParts } from "../dialect/events-of-parts.ts";
import { InteractionEventWriter } from "./interaction-event-writer.ts";
import { interactionStatusOf, interactionBody, usageOfInteraction } from "./interaction-object.ts";
import type { InteractionRequest } from "./interaction-request.ts";
import { stepsOf } from "./interaction-steps.ts";

type EncodeStream = Parameters<TextDialect<InteractionRequest>["encodeStream"]>[0];

/** A complete answer as an interaction; without numbers from the vendor it has no usage. */
export const encodeInteraction = (
  { result, units }: Answered<GeneratedText>,
  request: InteractionRequest,
  origin: AnswerOrigin,
): WireObject => {
  const { content, finishReason } = result;
  const calls = content.some(({ type }) => type === "tool-call");
  return {
    ...interactionBody(request, origin, interactionStatusOf(finishReason, calls)),
    steps: stepsOf(content, request.generation_config?.thinking_summaries === "auto"),
    usage: usageOfInteraction(units),
  };
};

const encodePart = (part: VendorStreamPart, writer: InteractionEventWriter): string => {
  switch (part.type) {
    case "text-start":
      return writer.text(part.id, "", part.providerMetadata);
    case "text-delta":
      return writer.text(part.id, part.delta, part.providerMetadata);
    case "text-end":
      return writer.text(part.id, "", part.providerMetadata) + writer.endText(part.id, part.citations);
    case "reasoning-start":
      return writer.thought(part.id, "", part.providerMetadata);
    case "reasoning-delta":
      return writer.thought(part.id, part.delta, part.providerMetadata);
    case "reasoning-end":
      return writer.thought(part.id, "", part.providerMetadata) + writer.endThought(part.id);
    case "tool-input-start":
      return writer.callStart(part.id, part.toolName, part.providerMetadata);
    case "tool-input-delta":
      return writer.callFragment(part.id, part.delta);
    case "tool-call":
      return writer.call(part.toolCallId, part.toolName, part.input, part.providerMetadata);
    case "source":
      writer.rests(part);
      return "";
    case "file":
      return writer.medium(part.mediaType, part.data);
    default:
      return "";
  }
};

/** Stream parts as the events of an interaction, each a chunk of its own. */
export const encodeInteractionEvents = (
  options: EncodeStream,
  request: InteractionRequest,
): AsyncGenerator<Uint8Array, void, void> => {
  const writer = new InteractionEventWriter(request, options.origin);
  return eventsOfParts(options, {
    part: (part) => encodePart(part, writer),
    finish: (reason, units) => writer.finish(reason, units),
  });
};
