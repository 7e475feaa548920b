import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { TextDialect } from "../dialect/dialect.ts";
import { eventsOfParts } from "../dialect/events-of-parts.ts";
import { ResponseEventWriter } from "./response-event-writer.ts";
import type { ResponsesRequest } from "./responses-request.ts";

type EncodeStream = Parameters<TextDialect<ResponsesRequest>["encodeStream"]>[0];

const encodePart = (part: VendorStreamPart, writer: ResponseEventWriter): string => {
  switch (part.type) {
    case "text-start":
      return writer.text(part.id, "", undefined);
    case "text-delta":
      return writer.text(part.id, part.delta, part.providerMetadata);
    case "text-end":
      writer.cites(part.id, part.citations);
      return writer.text(part.id, "", part.providerMetadata) + writer.end("text", part.id);
    case "reasoning-start":
      return writer.reasoning(part.id, "", part.providerMetadata);
    case "reasoning-delta":
      return writer.reasoning(part.id, part.delta, part.providerMetadata);
    case "reasoning-end":
      return writer.reasoning(part.id, "", part.providerMetadata) + writer.end("reasoning", part.id);
    case "tool-input-start":
      return writer.toolStart(part.id, part.toolName, part.providerMetadata);
    case "tool-input-delta":
      return writer.toolFragment(part.id, part.delta);
    case "tool-call":
      return writer.toolCall(part.toolCallId, part.toolName, part.input, part.providerMetadata);
    case "source":
      writer.source(part);
      return "";
    case "file":
      return part.mediaType.startsWith("image/") ? writer.image(part.data) : "";
    default:
      return "";
  }
};

/** Stream parts as the events of a response, each a chunk of its own. */
export const encodeResponseEvents = (
  options: EncodeStream,
  request: ResponsesRequest,
): AsyncGenerator<Uint8Array, void, void> => {
  const writer = new ResponseEventWriter(request, options.origin);
  return eventsOfParts(options, {
    part: (part) => encodePart(part, writer),
    finish: (reason, units) => writer.finish(reason, units),
  });
};
