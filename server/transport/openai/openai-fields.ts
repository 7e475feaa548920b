import { refusals, type FieldRules } from "../dialect/require-known-fields.ts";

const { cost, route, state } = refusals;

/** By which OpenRouter and its kin choose who answers. */
const routing = { provider: route, preset: route, models: route, route, transforms: route, plugins: cost } as const;

/** What OpenAI and others keep between calls. */
const held = {
  store: state,
  previous_response_id: state,
  conversation: state,
  prompt: state,
  cached_content: state,
  cachedContent: state,
} as const;

/**
 * POST /v1/chat/completions: OpenAI's own fields (https://platform.openai.com/docs/api-reference/chat/create), and the
 * sampling, template and reasoning switches of OpenRouter, vLLM, Ollama and others that speak the dialect.
 */
export const chatFields: FieldRules = {
  passes: new Set([
    "model",
    "messages",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "n",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "functions",
    "function_call",
    "response_format",
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "logit_bias",
    "logprobs",
    "top_logprobs",
    "stop",
    "seed",
    "reasoning_effort",
    "verbosity",
    "modalities",
    "audio",
    "service_tier",
    "user",
    "safety_identifier",
    "metadata",
    "prompt_cache_key",
    "prompt_cache_retention",
    "cache_control",
    "web_search_options",
    // Beyond OpenAI's.
    "top_k",
    "top_a",
    "min_p",
    "typical_p",
    "repetition_penalty",
    "length_penalty",
    "min_tokens",
    "ignore_eos",
    "stop_token_ids",
    "bad_words",
    "skip_special_tokens",
    "spaces_between_special_tokens",
    "include_stop_str_in_output",
    "add_generation_prompt",
    "continue_final_message",
    "chat_template_kwargs",
    "guided_json",
    "guided_regex",
    "guided_choice",
    "guided_grammar",
    "structured_outputs",
    "reasoning",
    "include_reasoning",
    "thinking",
    "enable_thinking",
    "usage",
  ]),
  harmless: { store: false },
  refused: {
    ...routing,
    ...held,
    prediction: cost,
    prompt_cache_options: cost,
    extra_body: cost,
  },
};

/** POST /v1/embeddings. */
export const embeddingFields: FieldRules = {
  passes: new Set([
    "model",
    "input",
    "dimensions",
    "encoding_format",
    "user",
    "input_type",
    "truncate_prompt_tokens",
    "add_special_tokens",
  ]),
  refused: { ...routing, ...held, service_tier: cost, extra_body: cost },
};

/** POST /v1/moderations. */
export const moderationFields: FieldRules = {
  passes: new Set(["model", "input"]),
  refused: { ...routing, ...held, service_tier: cost, extra_body: cost },
};

/** POST /v1/rerank. */
export const rerankFields: FieldRules = {
  passes: new Set(["model", "query", "documents", "top_n", "max_tokens_per_doc", "return_documents", "user"]),
  refused: { ...routing, ...held, service_tier: cost, priority: cost, max_chunks_per_doc: cost, extra_body: cost },
};

/** POST /v1/images/generations. What a language model draws, and moving pictures, have no price that is known beforehand. */
export const imageFields: FieldRules = {
  passes: new Set([
    "model",
    "prompt",
    "n",
    "size",
    "quality",
    "background",
    "output_format",
    "output_compression",
    "moderation",
    "response_format",
    "user",
    "safety_identifier",
    "stream",
    "partial_images",
  ]),
  refused: {
    ...routing,
    ...held,
    service_tier: cost,
    extra_body: cost,
    svg: cost,
    complexity: cost,
    frame_count: cost,
    frame_duration_ms: cost,
  },
};

/** POST /v1/images/edits, whose fields are texts. */
export const imageEditFields: FieldRules = {
  passes: new Set([...imageFields.passes, "input_fidelity"]),
  refused: { ...imageFields.refused, "svg[model]": cost, "svg[reasoning_effort]": cost },
};

/** POST /v1/audio/speech. */
export const speechFields: FieldRules = {
  passes: new Set(["model", "input", "voice", "instructions", "response_format", "speed", "stream_format"]),
  refused: { ...routing, ...held, service_tier: cost, extra_body: cost },
};

/** POST /v1/audio/transcriptions, whose lists have names that end with `[]`. */
export const transcriptionFields: FieldRules = {
  passes: new Set([
    "model",
    "language",
    "languages[]",
    "keywords[]",
    "prompt",
    "response_format",
    "temperature",
    "timestamp_granularities[]",
    "include[]",
    "chunking_strategy",
    "stream",
  ]),
  refused: { ...routing, ...held, service_tier: cost, extra_body: cost },
};

/** POST /v1/audio/translations. */
export const translationFields: FieldRules = {
  passes: new Set(["model", "prompt", "response_format", "temperature"]),
  refused: { ...routing, ...held, service_tier: cost, extra_body: cost },
};
