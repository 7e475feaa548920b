import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { GeneratedText } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { citedPages } from "../dialect/cited-pages.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { CalledTools } from "./called-tools.ts";
import {
  callItem,
  imageItem,
  searchItem,
  urlCitations,
  itemIdsOf,
  messageItem,
  reasoningItem,
  outputTextPart,
  type OutputItem,
} from "./output-items.ts";
import { emptyResponse, endingOf, type ResponseObject } from "./response-object.ts";
import type { ResponsesRequest } from "./responses-request.ts";
import { usageOfResponse } from "./usage-of-response.ts";

const outputOf = (
  content: readonly ContentPart[],
  tools: CalledTools,
  operationId: string,
  status: "completed" | "incomplete",
): readonly OutputItem[] => {
  const ids = itemIdsOf(operationId);
  const output: OutputItem[] = [];
  const add = (make: (index: number) => OutputItem): void => void output.push(make(output.length));
  const sources = content.filter((part) => part.type === "source");
  if (sources.length > 0) add((at) => searchItem(ids("ws", at), sources));
  for (const part of content) {
    switch (part.type) {
      case "text":
        if (part.text !== "")
          add((at) =>
            messageItem(ids("msg", at), status, [
              outputTextPart(part.text, urlCitations(citedPages(part.text.length, part.citations, sources))),
            ]),
          );
        if (part.providerMetadata !== undefined)
          add((at) => reasoningItem(ids("rs", at), "", part.providerMetadata, { says: true }));
        break;
      case "reasoning":
        add((at) => reasoningItem(ids("rs", at), part.text, part.providerMetadata));
        break;
      case "tool-call": {
        const { toolCallId: callId, toolName, input, providerMetadata } = part;
        if (providerMetadata !== undefined)
          add((at) => reasoningItem(ids("rs", at), "", providerMetadata, { call: callId }));
        const tool = tools.calledBy(toolName);
        add((at) =>
          callItem({ id: ids(tool.kind === "custom" ? "ctc" : "fc", at), callId, tool, status: "completed", input }),
        );
        break;
      }
      case "file":
        if (part.mediaType.startsWith("image/")) add((at) => imageItem(ids("ig", at), part.data));
        break;
      case "source":
        break;
    }
  }
  return output;
};

/** A complete answer as a response; without numbers from the vendor it has no usage. */
export const encodeResponse = (
  { result, units }: Answered<GeneratedText>,
  request: ResponsesRequest,
  origin: AnswerOrigin,
): ResponseObject => {
  const ending = endingOf(result.finishReason);
  const tools = new CalledTools(request, () => undefined);
  return {
    ...emptyResponse(request, origin),
    ...ending,
    output: outputOf(result.content, tools, origin.operationId, ending.status),
    usage: units === null ? null : usageOfResponse(units),
  };
};
