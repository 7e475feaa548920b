import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { wayToConnect } from "../../test/connect-examples.ts";
import type { AgentRun, CodingAgent } from "./coding-agent.ts";
import { openAgent, eventText } from "./open-agent.ts";
import { expectations, nineWords, threeFiles, wrongFiles } from "./three-files.ts";

interface Told {
  readonly code: number | null;
  readonly said: readonly string[];
  readonly ran: readonly string[];
}

/** As the page Connect sets it. */
const prepare = ({ folder, url, credential, model, over }: AgentRun) => {
  const { home, work, run } = openAgent("codex", folder, (at) => ({ CODEX_HOME: at, NEXUS_API_KEY: credential }));
  const shown = wayToConnect("codex").examples[0]?.code ?? "";
  const config = shown
    .replace("http://localhost:3000", url)
    .replace(/^model = .*$/m, `model = "${model}"\ncheck_for_update_on_startup = false`)
    .replace(/^supports_websockets = .*$/m, `supports_websockets = ${over === "WebSocket"}`);
  writeFileSync(join(home, "config.toml"), `${config}\n[analytics]\nenabled = false\n`);
  const exec = async (args: readonly string[]): Promise<Told> => {
    const { code, events } = await run(["exec", ...args]);
    const items = events.filter((event) => eventText(event, "type") === "item.completed");
    const those = (type: string, key: string) =>
      items.flatMap((event) => (eventText(event, "item", "type") === type ? [eventText(event, "item", key)] : []));
    return { code, said: those("agent_message", "text"), ran: those("command_execution", "command") };
  };
  return { work, exec };
};

const options = ["--skip-git-repo-check", "--json"];

/** OpenAI's Codex, headless: it starts, carries out a task with three calls of its tool, and goes on where it stopped. */
export const codex: CodingAgent = {
  name: "codex",
  runs: [
    { over: "Responses", model: "openai/gpt-5-mini" },
    { over: "WebSocket", model: "openai/gpt-5-mini" },
    { over: "Responses", model: "anthropic/claude-haiku-4-5" },
  ],
  check: async (run) => {
    const { work, exec } = prepare(run);
    const { wrong, expect } = expectations();
    const first = await exec([...options, "-s", "danger-full-access", threeFiles("exec_command", (cmd) => ({ cmd }))]);
    expect("it ends well", first.code === 0);
    expect("three commands are run", first.ran.length === 3);
    wrong.push(...wrongFiles(work));
    expect("it says something at the end", first.said.length > 0);

    const second = await exec(["resume", "--last", ...options, nineWords.asked]);
    expect("it goes on", second.code === 0 && second.said.some((text) => text.includes(nineWords.said)));
    return { wrong, calls: 5 };
  },
};
