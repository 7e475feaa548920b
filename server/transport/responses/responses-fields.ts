import { refusals, type FieldRules } from "../dialect/require-known-fields.ts";

const { cost, route, state } = refusals;

/** POST /v1/responses (https://platform.openai.com/docs/api-reference/responses/create). */
export const responsesFields: FieldRules = {
  passes: new Set([
    "model",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "stream",
    "stream_options",
    "background",
    "store",
    "previous_response_id",
    "conversation",
    "include",
    "metadata",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning",
    "text",
    "temperature",
    "top_p",
    "top_logprobs",
    "truncation",
    "service_tier",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    // What agents tell about themselves; it goes no further than here.
    "client_metadata",
  ]),
  refused: {
    prompt: state,
    context_management: cost,
    prompt_cache_options: cost,
    moderation: cost,
    image: cost,
    extra_body: cost,
    access_programs: route,
    provider: route,
    preset: route,
    models: route,
    route,
    plugins: cost,
  },
};
