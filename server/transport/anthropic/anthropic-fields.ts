import { refusals, type FieldRules } from "../dialect/require-known-fields.ts";

const { cost, route, state } = refusals;

/** POST /v1/messages (https://platform.claude.com/docs/en/api/messages/create). */
export const messagesFields: FieldRules = {
  passes: new Set([
    "model",
    "messages",
    "system",
    "max_tokens",
    "stream",
    "tools",
    "tool_choice",
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "thinking",
    "metadata",
    "service_tier",
    "output_config",
    "output_format",
    "cache_control",
    "context_management",
  ]),
  harmless: { speed: "standard", inference_geo: "global" },
  refused: {
    speed: cost,
    inference_geo: cost,
    mcp_servers: cost,
    compaction: cost,
    billing_policy: route,
    fallbacks: route,
    fallback_credit_token: route,
    container: state,
    diagnostics: state,
    thread: state,
    user_profile_id: state,
    workspace_id: state,
  },
  // With it clients send the whole conversation instead: https://platform.claude.com/docs/en/build-with-claude/message-threads
  refusedAs: { thread: { error_code: "thread_unsupported_request", unsupported: ["thread"] } },
};
