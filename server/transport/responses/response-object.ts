import type { FinishReason } from "../../contracts/ai/generate-text.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import type { ResponsesRequest } from "./responses-request.ts";

/** A response as the wire has it. */
export interface ResponseObject {
  readonly id: string;
  readonly object: "response";
  readonly [member: string]: unknown;
}

/** The id under which Nexus keeps a response: that of its operation, so that a repeat of the call has the same. */
export const responseIdOf = (operationId: string): string => `resp_${operationId}`;

/** The id of the conversation that a request goes on with. */
export const conversationOf = ({ conversation }: Pick<ResponsesRequest, "conversation">): string | undefined =>
  typeof conversation === "string" ? conversation : conversation?.id;

/** What of a response Nexus says itself, whoever answered: what is kept is kept here. */
export const ownMembers = (request: ResponsesRequest, operationId: string) => {
  const conversation = conversationOf(request);
  return {
    id: responseIdOf(operationId),
    background: request.background ?? false,
    max_output_tokens: request.max_output_tokens ?? null,
    previous_response_id: request.previous_response_id ?? null,
    store: request.store ?? true,
    metadata: request.metadata ?? {},
    ...(conversation === undefined ? {} : { conversation: { id: conversation } }),
  };
};

/** A response in which nothing has been said, as every one begins. */
export const emptyResponse = (
  request: ResponsesRequest,
  { operationId, nowMs, model }: AnswerOrigin,
): ResponseObject => ({
  ...ownMembers(request, operationId),
  object: "response",
  created_at: Math.floor(nowMs / 1_000),
  status: "in_progress",
  error: null,
  incomplete_details: null,
  instructions: request.instructions ?? null,
  model,
  output: [],
  parallel_tool_calls: request.parallel_tool_calls ?? true,
  reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
  service_tier: "default",
  temperature: request.temperature ?? 1,
  text: { format: { type: "text" }, ...request.text },
  tool_choice: request.tool_choice ?? "auto",
  tools: request.tools ?? [],
  top_logprobs: 0,
  top_p: request.top_p ?? 1,
  truncation: "disabled",
  usage: null,
});

/** How a response ended, by why its model stopped. */
export const endingOf = (
  reason: FinishReason,
): { readonly status: "completed" | "incomplete"; readonly incomplete_details: { readonly reason: string } | null } => {
  if (reason === "length") return { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  if (reason === "content-filter") return { status: "incomplete", incomplete_details: { reason: "content_filter" } };
  return { status: "completed", incomplete_details: null };
};
