import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { betaRule, betaRules } from "./beta-rules.ts";

const client = dirname(createRequire(import.meta.url).resolve("@anthropic-ai/sdk"));

/** The betas that the official client names. */
const documented = (): readonly string[] => {
  const types = readFileSync(join(client, "resources", "beta", "beta.d.ts"), "utf8");
  const union = /export type AnthropicBeta = ([^;]+);/.exec(types)?.[1] ?? "";
  return [...union.matchAll(/'([^']+)'/g)].flatMap(([, beta]) => beta ?? []);
};

describe("what becomes of an anthropic-beta", () => {
  it("is decided for each that the official client names", () => {
    const betas = documented();
    expect(betas.length).toBeGreaterThan(50);
    const undecided = betas.filter((beta) => !betaRules.has(beta.replace(/-\d{4}-\d{2}-\d{2}$/, "")));
    expect(undecided).toEqual([]);
  });

  it.each([
    "claude-code-20250219",
    "interleaved-thinking-2025-05-14",
    "context-management-2025-06-27",
    "per-turn-control-2026-07-01",
    "mid-conversation-tool-changes-2026-07-01",
    "thinking-token-count-2026-05-13",
    "advanced-tool-use-2025-11-20",
    "effort-2025-11-24",
    "thinking-display-updates-2026-08-18",
    "context-1m-2025-08-07",
    "structured-outputs-2025-12-15",
    "fine-grained-tool-streaming-2025-05-14",
    "web-search-2025-03-05",
  ])("passes %s, which agents send", (beta) => {
    expect(betaRule(beta).passes).toBe(true);
  });

  it.each([
    "fast-mode-2026-02-01",
    "code-execution-2025-05-22",
    "mcp-client-2025-11-20",
    "skills-2025-10-02",
    "compact-2026-01-12",
    "advisor-tool-2026-03-01",
    "server-side-fallback-2026-07-01",
    "a-new-one-2027-01-01",
    "effort",
    "effort-2025-11-24x",
    "__proto__-2025-11-24",
  ])("withholds %s, and says why", (beta) => {
    const { passes, because } = betaRule(beta);
    expect(passes).toBe(false);
    expect(because).toMatch(/\w{3}/);
  });
});
