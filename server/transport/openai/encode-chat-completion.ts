import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { Citation } from "../../contracts/ai/web-search.ts";
import type { GeneratedText } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { citedPages, type CitedPage } from "../dialect/cited-pages.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { chatUsage } from "./encode-usage.ts";
import { chatFinishReason } from "./finish-reason.ts";
import { reasoningDetails, signedExtra } from "./reasoning-details.ts";

/** What opens every object of an answer. */
export const chatHead = (
  { operationId, nowMs, model }: AnswerOrigin,
  object: "chat.completion" | "chat.completion.chunk",
) => ({
  id: `chatcmpl-${operationId}`,
  object,
  created: Math.floor(nowMs / 1_000),
  model,
});

const reasoningOf = (content: readonly ContentPart[]): string =>
  content.map((part) => (part.type === "reasoning" ? part.text : "")).join("");

/** A generated image or other file, in the member other gateways use for it. */
export const generatedFile = ({ mediaType, data }: { readonly mediaType: string; readonly data: string }) => ({
  type: "image_url",
  image_url: { url: `data:${mediaType};base64,${data}` },
});

export const urlAnnotations = (pages: readonly CitedPage[]): readonly object[] =>
  pages.map((page) => ({ type: "url_citation", url_citation: page }));

/** What an answer rests on, by the places of its one text. */
const annotationsOf = ({ text, content, sources = [] }: GeneratedText): readonly object[] => {
  let before = 0;
  const cited: Citation[] = [];
  for (const part of content) {
    if (part.type !== "text") continue;
    for (const { startIndex = 0, endIndex = part.text.length, ...page } of part.citations ?? [])
      cited.push({ ...page, startIndex: before + startIndex, endIndex: before + endIndex });
    before += part.text.length;
  }
  return urlAnnotations(citedPages(text.length, cited.length === 0 ? undefined : cited, sources));
};

const messageOf = (generated: GeneratedText) => {
  const { text, content } = generated;
  const annotations = annotationsOf(generated);
  const toolCalls = content.filter((part) => part.type === "tool-call");
  const reasoning = reasoningOf(content);
  const details = reasoningDetails(content);
  const files = content.filter((part) => part.type === "file").map(generatedFile);
  return {
    role: "assistant",
    content: text === "" && toolCalls.length > 0 ? null : text,
    refusal: null,
    ...(annotations.length === 0 ? {} : { annotations }),
    ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(files.length === 0 ? {} : { images: files }),
    ...(toolCalls.length === 0
      ? {}
      : {
          tool_calls: toolCalls.map(({ toolCallId, toolName, input, providerMetadata }) => ({
            id: toolCallId,
            type: "function",
            function: { name: toolName, arguments: input },
            ...signedExtra(providerMetadata),
          })),
        }),
  };
};

/** A complete answer as `chat.completion`; without numbers from the vendor it has no `usage`. */
export const encodeChatCompletion = ({ result, units }: Answered<GeneratedText>, origin: AnswerOrigin): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      ...chatHead(origin, "chat.completion"),
      choices: [
        { index: 0, message: messageOf(result), logprobs: null, finish_reason: chatFinishReason(result.finishReason) },
      ],
      ...(units === null ? {} : { usage: chatUsage(units) }),
    }),
  );
