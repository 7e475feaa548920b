import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { Source } from "../../contracts/ai/web-search.ts";
import type { CitedPage } from "../dialect/cited-pages.ts";
import { freeTextOf, type CalledTool } from "./called-tools.ts";
import { carryReasoning } from "./carried-reasoning.ts";

/** An item of an answer as the wire has it. */
export interface OutputItem {
  readonly id: string;
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The ids of one answer's items. */
export const itemIdsOf = (
  operationId: string,
): ((prefix: "msg" | "rs" | "fc" | "ctc" | "ig" | "ws", index: number) => string) => {
  return (prefix, index) => `${prefix}_${operationId}_${index}`;
};

export const outputTextPart = (text: string, annotations: readonly object[] = []) => ({
  type: "output_text",
  text,
  annotations,
  logprobs: [],
});

export const urlCitations = (pages: readonly CitedPage[]): readonly object[] =>
  pages.map((page) => ({ type: "url_citation", ...page }));

export type ItemStatus = "in_progress" | "completed" | "incomplete";

export const messageItem = (id: string, status: ItemStatus, content: readonly object[]): OutputItem => ({
  id,
  type: "message",
  status,
  role: "assistant",
  content,
});

export const summaryPart = (text: string) => ({ type: "summary_text", text });

/** Thinking, with what its vendor signed it with in the place of OpenAI's encrypted content. */
export const reasoningItem = (
  id: string,
  text: string,
  metadata: ProviderMetadata | undefined,
  of: Parameters<typeof carryReasoning>[1] = {},
): OutputItem => {
  const carried = carryReasoning(metadata, of);
  return {
    id,
    type: "reasoning",
    summary: text === "" ? [] : [summaryPart(text)],
    ...(carried === undefined ? {} : { encrypted_content: carried }),
  };
};

interface Call {
  readonly id: string;
  readonly callId: string;
  readonly tool: CalledTool;
  readonly status: ItemStatus;
  /** Arguments as the model wrote them. */
  readonly input: string;
}

/** A call of a tool as its caller knows the tool. */
export const callItem = ({ id, callId, tool, status, input }: Call): OutputItem => {
  const { kind, name, namespace } = tool;
  const named = { call_id: callId, name, ...(namespace === undefined ? {} : { namespace }) };
  return kind === "custom"
    ? { id, type: "custom_tool_call", status, ...named, input: freeTextOf(input) }
    : { id, type: "function_call", status, ...named, arguments: input };
};

/** A search that another vendor made, with the pages it found. */
export const searchItem = (id: string, sources: readonly Source[]): OutputItem => ({
  id,
  type: "web_search_call",
  status: "completed",
  action: {
    type: "search",
    query: "",
    sources: sources.flatMap(({ url }) => (url === undefined ? [] : [{ type: "url", url }])),
  },
});

/** An image that a model made beside its words. */
export const imageItem = (id: string, data: string): OutputItem => ({
  id,
  type: "image_generation_call",
  status: "completed",
  result: data,
});
