import { wayToConnect } from "../../test/connect-examples.ts";
import type { AgentRun, CodingAgent } from "./coding-agent.ts";
import { eventValue, openAgent, eventText } from "./open-agent.ts";
import { callOf, expectations, nineWords, threeFiles, wrongFiles } from "./three-files.ts";

/** The variables that the page Connect sets, here with the run's own values. */
const shownVariables = ({ url, credential, model }: AgentRun): Readonly<Record<string, string>> => {
  const shown = wayToConnect("claude-code").examples[0]?.code ?? "";
  const own: Readonly<Record<string, string>> = {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: credential,
    ANTHROPIC_MODEL: model,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: model,
  };
  const names = [...shown.matchAll(/^export (\w+)=/gm)].map(([, name = ""]) => name);
  const missing = names.filter((name) => own[name] === undefined);
  if (missing.length > 0 || names.length < 4) throw new Error(`Connect shows something else: ${names.join(" ")}`);
  return own;
};

/** https://code.claude.com/docs/en/data-usage, https://code.claude.com/docs/en/llm-gateway-protocol#model-discovery */
const quiet = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_TELEMETRY: "1",
  DISABLE_AUTOUPDATER: "1",
  CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: "1",
};

/** The blocks of a kind that an assistant's or a user's messages hold. */
const blocksOf = (events: readonly unknown[], type: string): readonly unknown[] =>
  events
    .flatMap((event) => {
      const content = eventValue(event, "message", "content");
      return Array.isArray(content) ? (content as unknown[]) : [];
    })
    .filter((block) => eventText(block, "type") === type);

const options = ["--output-format", "stream-json", "--verbose", "--include-partial-messages"];

/**
 * Anthropic's Claude Code, headless: it starts, looks for a tool, searches the web with it, carries out a task with three calls of another, shows
 * what it is told piece by piece, and goes on where it stopped.
 */
export const claudeCode: CodingAgent = {
  name: "claude-code",
  runs: [
    { over: "messages", model: "anthropic/claude-opus-5-5" },
    { over: "messages", model: "anthropic/claude-haiku-4-5" },
    { over: "messages, translated", model: "openai/gpt-5-mini" },
    { over: "messages, translated", model: "google/gemini-2.5-flash" },
  ],
  check: async (run) => {
    const { work, run: claude } = openAgent("claude-code", run.folder, () => ({ ...shownVariables(run), ...quiet }));
    const { wrong, expect } = expectations();
    const search = [
      callOf("ToolSearch", { query: "select:WebSearch", max_results: 1 }),
      callOf("WebSearch", { query: "rivers" }),
    ].join(" ");
    const task = threeFiles("Bash", (command) => ({ command, description: "Write a file" }));
    const first = await claude(["-p", `${search} ${task}`, "--allowedTools", "Bash,WebSearch", ...options]);
    expect("it ends well", first.code === 0);
    const results = blocksOf(first.events, "tool_result");
    expect(`five tools are called, not ${results.length}`, results.length === 5);
    expect("it finds pages", JSON.stringify(results).includes("https://sandbox.example/1"));
    expect(
      "no call of a tool fails",
      results.every((result) => eventValue(result, "is_error") !== true),
    );
    wrong.push(...wrongFiles(work));
    const deltas = first.events.filter((event) => eventText(event, "event", "delta", "type") === "text_delta");
    expect("the answer comes in pieces", deltas.length > 3);
    const ended = first.events.find((event) => eventText(event, "type") === "result");
    expect("it says something at the end", eventText(ended, "result").includes("That settles it"));

    const second = await claude(["-p", nineWords.asked, "--resume", eventText(ended, "session_id"), ...options]);
    const again = second.events.find((event) => eventText(event, "type") === "result");
    expect("it goes on", second.code === 0 && eventValue(again, "is_error") === false);
    expect("it answers", eventText(again, "result").includes(nineWords.said));
    // One of them searches the web for another.
    return { wrong, calls: 8 };
  },
};
