import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { wayToConnect } from "../../test/connect-examples.ts";
import type { AgentRun, CodingAgent } from "./coding-agent.ts";
import { openAgent, eventText } from "./open-agent.ts";
import { expectations, nineWords, threeFiles, wrongFiles } from "./three-files.ts";

const Shown = z.looseObject({
  provider: z.looseObject({
    nexus: z.looseObject({ npm: z.string(), options: z.looseObject({ apiKey: z.string() }) }),
  }),
});

/** The provider's packages that it brings along, one for each dialect. */
const packages: Readonly<Record<string, string>> = {
  "chat completions": "@ai-sdk/openai-compatible",
  messages: "@ai-sdk/anthropic",
  Responses: "@ai-sdk/openai",
  contents: "@ai-sdk/google",
};

/** The file that the page Connect shows, with the run's address, model and dialect; it asks nobody before a command. */
const configOf = ({ url, model, over }: AgentRun): object => {
  const shown = Shown.parse(JSON.parse(wayToConnect("opencode").examples[0]?.code ?? ""));
  const { nexus } = shown.provider;
  const options = { ...nexus.options, baseURL: `${url}/${over === "contents" ? "v1beta" : "v1"}` };
  return {
    ...shown,
    provider: { nexus: { ...nexus, npm: packages[over] ?? nexus.npm, options, models: { [model]: {} } } },
    model: `nexus/${model}`,
    autoupdate: false,
    share: "disabled",
    permission: { bash: "allow" },
  };
};

/** https://opencode.ai/docs/cli#environment-variables */
const quiet = {
  OPENCODE_DISABLE_AUTOUPDATE: "1",
  OPENCODE_DISABLE_MODELS_FETCH: "1",
  OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
  OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
};

/** opencode, headless: it starts, carries out a task with three calls of its tool, and goes on where it stopped. */
export const opencode: CodingAgent = {
  name: "opencode",
  runs: [
    { over: "chat completions", model: "anthropic/claude-haiku-4-5" },
    { over: "messages", model: "anthropic/claude-opus-5-5" },
    { over: "Responses", model: "openai/gpt-5-mini" },
    { over: "chat completions", model: "google/gemini-2.5-flash" },
    { over: "contents", model: "google/gemini-2.5-flash" },
  ],
  check: async (run) => {
    const { work, run: program } = openAgent("opencode", run.folder, () => ({
      ...quiet,
      NEXUS_API_KEY: run.credential,
    }));
    writeFileSync(join(work, "opencode.json"), JSON.stringify(configOf(run)));
    const { wrong, expect } = expectations();
    const those = (events: readonly unknown[], type: string) =>
      events.filter((event) => eventText(event, "type") === type);

    const task = threeFiles("bash", (command) => ({ command, description: "Write a file" }));
    const first = await program(["run", "--format", "json", task]);
    expect("it ends well", first.code === 0);
    const used = those(first.events, "tool_use");
    expect(`three tools are called, not ${used.length}`, used.length === 3);
    expect(
      "each of them is carried out",
      used.every((one) => eventText(one, "part", "state", "status") === "completed"),
    );
    wrong.push(...wrongFiles(work));
    expect("it says something at the end", those(first.events, "text").length > 0);

    const second = await program(["run", "--format", "json", "--continue", nineWords.asked]);
    const said = those(second.events, "text").map((event) => eventText(event, "part", "text"));
    expect("it goes on", second.code === 0 && said.some((text) => text.includes(nineWords.said)));
    // One call names the session.
    return { wrong, calls: 6 };
  },
};
