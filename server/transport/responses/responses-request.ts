import { z } from "zod";
import type { WebSearch } from "../../contracts/ai/web-search.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { onlySearch, openAiSearch } from "../dialect/hosted-tools.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { responsesFields } from "./responses-fields.ts";

const ResponsePart = z.looseObject({ type: z.string().max(64) });
export type ResponsePart = z.infer<typeof ResponsePart>;

const content = z.union([z.string(), z.array(ResponsePart).max(1_000)], {
  error: "a string or a list of content parts",
});

/** One item of a conversation: a message, a call, its output, or thinking. A message needs no type. */
export const ResponseItem = z.looseObject({
  type: z.string().max(64).nullish(),
  id: z.string().max(256).nullish(),
  role: z.enum(["user", "assistant", "system", "developer"]).nullish(),
  content: content.nullish(),
  call_id: z.string().max(256).nullish(),
});
export type ResponseItem = z.infer<typeof ResponseItem>;

const toolName = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, "letters, digits, _ and -, at most 128");

const hosted = "a tool that the caller runs, or web_search: others that a vendor runs are not priced here";

const innerTool = z.looseObject({
  type: z.enum(["function", "custom"], { error: "function or custom" }),
  name: toolName,
  description: z.string().max(32_768).nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

const ResponseTool = z
  .looseObject({
    type: z.enum(
      [
        "function",
        "custom",
        "namespace",
        "local_shell",
        "apply_patch",
        "shell",
        "tool_search",
        "web_search",
        "web_search_2025_08_26",
      ],
      { error: hosted },
    ),
    name: toolName.optional(),
    description: z.string().max(32_768).nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
    format: z.looseObject({ type: z.string().max(64) }).nullish(),
    tools: z.array(innerTool).max(128).optional(),
    execution: z.string().max(64).nullish(),
    environment: z.looseObject({ type: z.string().max(64) }).nullish(),
  })
  .refine(({ type, name }) => name !== undefined || !["function", "custom", "namespace"].includes(type), {
    error: "a name",
    path: ["name"],
  })
  .refine(({ type, execution }) => type !== "tool_search" || execution === "client", {
    error: `client: ${hosted}`,
    path: ["execution"],
  })
  .refine(({ type, environment }) => type !== "shell" || environment?.type === "local", {
    error: `local: ${hosted}`,
    path: ["environment", "type"],
  });
export type ResponseTool = z.infer<typeof ResponseTool>;

const toolChoice = z.union(
  [
    z.enum(["none", "auto", "required"]),
    z.looseObject({
      type: z.string().max(64),
      name: z.string().max(256).optional(),
      mode: z.enum(["auto", "required"]).optional(),
      tools: z.array(z.looseObject({ type: z.string().max(64), name: z.string().max(256).optional() })).optional(),
    }),
  ],
  { error: "none, auto, required or a named tool" },
);

const format = z.looseObject({
  type: z.enum(["text", "json_object", "json_schema"]),
  name: z.string().max(128).optional(),
  description: z.string().max(4_096).nullish(),
  schema: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

const effort = z.enum(["none", "minimal", "low", "medium", "high", "xhigh", "max"]);

/** OpenAI's bounds: https://platform.openai.com/docs/api-reference/responses/create#responses-create-metadata */
export const ResponseMetadata = z
  .record(z.string().max(64), z.string().max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16, { error: "at most 16 pairs" });

const keptId = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{1,128}$`), `an id that begins with ${prefix}_`);

/** Body of POST /v1/responses: strict where policy or translation reads it; of the rest, `responsesFields` passes as it is. */
export const ResponsesRequest = z.looseObject({
  model: ModelName,
  input: z.union([z.string(), z.array(ResponseItem).max(10_000)], { error: "a string or a list of items" }).nullish(),
  instructions: z.string().max(2_000_000).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
  max_output_tokens: z.int().min(16).max(1_000_000).nullish(),
  stream: z.boolean().nullish(),
  background: z.boolean().nullish(),
  store: z.boolean().nullish(),
  previous_response_id: keptId("resp").nullish(),
  conversation: z
    .union([keptId("conv"), z.looseObject({ id: keptId("conv") })], { error: "an id that begins with conv_" })
    .nullish(),
  include: z.array(z.string().max(64)).max(32).nullish(),
  metadata: ResponseMetadata.nullish(),
  tools: z.array(ResponseTool).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z
    .looseObject({
      effort: effort.nullish(),
      summary: z.enum(["auto", "concise", "detailed", "none"]).nullish(),
    })
    .nullish(),
  text: z.looseObject({ format: format.nullish(), verbosity: z.enum(["low", "medium", "high"]).nullish() }).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  service_tier: z
    .enum(["auto", "default", "standard"], { error: "auto or default: other tiers have other prices" })
    .nullish(),
});
export type ResponsesRequest = z.infer<typeof ResponsesRequest>;

/** Checks a body, without changing it. */
export const parseResponsesRequest = (body: unknown): ResponsesRequest => {
  const request = parseInput(ResponsesRequest, body);
  requireKnownFields(asRecord(body), responsesFields);
  searchOfResponses(request);
  return request;
};

const isSearch = ({ type }: ResponseTool): boolean => type === "web_search" || type === "web_search_2025_08_26";

/** The search of the web that a request asks for; throws where it is not offered as it was asked for. */
export const searchOfResponses = ({ tools, max_tool_calls: calls }: ResponsesRequest): WebSearch | undefined =>
  onlySearch(
    (tools ?? []).flatMap((tool, at) => {
      const field = `tools.${at}`;
      return isSearch(tool) ? [{ search: openAiSearch(tool, field, calls), field }] : [];
    }),
  );

/** What the caller itself puts into the conversation. */
export const ownItems = ({ input }: Pick<ResponsesRequest, "input">): readonly ResponseItem[] =>
  typeof input === "string" ? [{ type: "message", role: "user", content: input }] : (input ?? []);
