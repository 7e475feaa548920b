import { refusals, type FieldRules } from "../dialect/require-known-fields.ts";

const { cost, state } = refusals;

/** An agent asks its model as often as it likes: there is nothing to reserve for it. */
const agents = "how often an agent asks its model, and what it buys on its way, cannot be known beforehand";

/** POST /v1beta/interactions (https://ai.google.dev/api/interactions-api). */
export const interactionFields: FieldRules = {
  passes: new Set([
    "model",
    "input",
    "system_instruction",
    "tools",
    "generation_config",
    "response_format",
    "response_mime_type",
    "response_modalities",
    "safety_settings",
    "labels",
    "store",
    "stream",
    "background",
    "previous_interaction_id",
  ]),
  harmless: { service_tier: "standard" },
  refused: {
    agent: agents,
    agent_config: agents,
    environment: agents,
    service_tier: cost,
    continuation_token: "each continuation bills the whole conversation again; ask for more output at once",
    cached_content: state,
    webhook_config: "the vendor would call addresses that the gateway does not know; ask for the interaction by its id",
  },
};

/** What is configured of an answer (https://ai.google.dev/api/interactions-api#Resource:GenerationConfig). */
export const interactionConfigFields: FieldRules = {
  passes: new Set([
    "max_output_tokens",
    "seed",
    "stop_sequences",
    "temperature",
    "top_p",
    "thinking_level",
    "thinking_summaries",
    "tool_choice",
  ]),
  refused: { speech_config: cost, transcription_config: cost, video_config: cost, image_config: cost },
};
