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
};

/**
 * Families of `anthropic-beta` that change no price and keep nothing, whatever their date. Fast modes, files, skills,
 * containers, remote tools, batches and fallbacks at the vendor are not among them.
 */
export const passingBeta =
  /^(adaptive-thinking|advanced-tool-use|claude-code|computer-use|context-1m|context-management|dev-full-thinking|effort|extended-cache-ttl|files-api|fine-grained-tool-streaming|interleaved-thinking|max-tokens-3-5-sonnet|mid-conversation-(output-config|system|system-clear-at|tool-changes)|model-context-window-exceeded|output-(128k|300k)|pdfs|prompt-caching|prompt-caching-scope|redact-thinking|search-results|structured-outputs|task-budgets|thinking-(binding-controls|display-updates|token-count)|token-counting|token-efficient-tools|tool-examples|tool-search-tool)-\d{4}-\d{2}-\d{2}$/;
