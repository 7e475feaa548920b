/** The agents that are run, in the registry of npm. */
export const agentPackages = {
  codex: { package: "@openai/codex", version: "0.171.0", program: "codex" },
  "claude-code": { package: "@anthropic-ai/claude-code", version: "2.1.332", program: "claude" },
  opencode: { package: "opencode-ai", version: "1.18.33", program: "opencode" },
} as const;

export type AgentName = keyof typeof agentPackages;
