/** What becomes of a beta that a caller names in `anthropic-beta`. */
export interface BetaRule {
  /** Whether the vendor gets to see it. */
  readonly passes: boolean;
  /** Of one that passes: what it changes about the bill. Of another: why it is withheld. */
  readonly because: string;
}

const passing = (because: string, families: string): readonly (readonly [string, BetaRule])[] =>
  families.split(" ").map((family) => [family, { passes: true, because }]);
const withheld = (because: string, families: string): readonly (readonly [string, BetaRule])[] =>
  families.split(" ").map((family) => [family, { passes: false, because }]);

/**
 * Betas by family: what stands before the date of their names. They are those of the official client's type
 * `AnthropicBeta`, of https://platform.claude.com/docs/en/api/beta-headers, and what Claude Code sends
 * (https://code.claude.com/docs/en/llm-gateway-protocol).
 */
export const betaRules: ReadonlyMap<string, BetaRule> = new Map([
  ...passing(
    "changes no price: tokens are booked as they are told",
    "adaptive-thinking advanced-tool-use claude-code computer-use context-management dev-full-thinking effort " +
      "fine-grained-tool-streaming interleaved-thinking mid-conversation-output-config mid-conversation-system " +
      "mid-conversation-system-clear-at model-context-window-exceeded per-turn-control prompt-caching " +
      "prompt-caching-scope pdfs redact-thinking search-results structured-outputs task-budgets " +
      "thinking-binding-controls thinking-display-updates thinking-token-count token-counting token-efficient-tools " +
      "tool-examples",
  ),
  ...passing(
    "up to a million tokens of input: held and booked at the price of the tier that they reach, where the model has tiers",
    "context-1m",
  ),
  ...passing("a search of the web is held at the most that it can cost, and booked as it is told", "web-search"),
  ...passing("what is kept for an hour is held and booked at that price", "extended-cache-ttl"),
  ...passing("longer answers: held at max_tokens, as always", "max-tokens-3-5-sonnet output-128k output-300k"),
  ...passing("files that were uploaded here; their content is held as if it were sent along", "files-api"),
  ...passing(
    "tools that the caller runs may come along the way; those that the vendor would run are refused there, too",
    "inline-tools mid-conversation-tool-changes tool-search-tool",
  ),
  ...withheld("a faster mode costs a multiple of the price; its field `speed` is refused", "fast-mode"),
  ...withheld(
    "the vendor runs the tool, bills a fee for each use, and reads its input once more for each step",
    "web-fetch code-execution advisor-tool mcp-client mcp-servers",
  ),
  ...withheld("runs in a container that is billed by the hour and kept at the vendor", "skills"),
  ...withheld("compaction is billed as a call of its own; clearing edits pass without it", "compact"),
  ...withheld(
    "who answers, and at what price, is decided by the gateway",
    "server-side-fallback fallback-credit user-profiles user-profiles-billing",
  ),
  ...withheld(
    "it keeps or reaches something at the vendor, where everyone behind the same key shares it",
    "message-threads cache-diagnosis agent-memory dreaming managed-agents mcp-tunnels",
  ),
  ...withheld(
    "belongs to another of the vendor's APIs",
    "message-batches ce-plugins ce-user-management ce-claude-code-managed-settings spend-limit-reads " +
      "telemetry-destinations webhooks admin-user-sign-out analytics-usage-cost experimental-claude-tag oauth",
  ),
]);

const unknown: BetaRule = { passes: false, because: "not known here, so nothing is known of its price" };

/** The family of a beta, whose name ends in a date of either form. */
const familyOf = (beta: string): string | undefined => /^([a-z0-9-]+?)-\d{4}-?\d{2}-?\d{2}$/.exec(beta)?.[1];

/** What becomes of a beta: of any that is not known, nothing. */
export const betaRule = (beta: string): BetaRule => betaRules.get(familyOf(beta) ?? "") ?? unknown;
