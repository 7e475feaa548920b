import { execFile } from "node:child_process";
import { promisify } from "node:util";
import Anthropic from "@anthropic-ai/sdk";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { jsonSchema, streamText, tool } from "ai";
import OpenAI from "openai";
import { z } from "zod";

// What the coding tools send once they are set as the page Connect says: the tools themselves are programs for people.

const run = promisify(execFile);

const reading = {
  name: "Read",
  description: "Reads a file.",
  parameters: { type: "object" as const, properties: { path: { type: "string" as const } }, required: ["path"] },
};

/** The environment in which a block of a shell starts its last command. */
const environmentOf = async (
  shell: string,
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> => {
  const { stdout } = await run("sh", ["-ec", shell.replace(new RegExp(`^${command}$`, "m"), "env")], {
    env: { ...process.env, ANTHROPIC_API_KEY: "sk-of-another-time", ...env },
  });
  return new Map(stdout.split("\n").map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]));
};

/** Claude Code counts, then streams with its betas, tools, and a system prompt in parts that are cached. */
export const callAsClaudeCode = async (shell: string, env: Readonly<Record<string, string>>): Promise<string> => {
  const set = await environmentOf(shell, "claude", env);
  if (set.has("ANTHROPIC_API_KEY")) throw new Error("both credentials would be sent");
  const client = new Anthropic({
    baseURL: set.get("ANTHROPIC_BASE_URL") ?? "",
    authToken: set.get("ANTHROPIC_AUTH_TOKEN") ?? "",
    apiKey: null,
    maxRetries: 0,
  });
  const asked = {
    model: set.get("ANTHROPIC_MODEL") ?? "",
    system: [{ type: "text" as const, text: "You help with code.", cache_control: { type: "ephemeral" as const } }],
    messages: [{ role: "user" as const, content: [{ type: "text" as const, text: "Hello" }] }],
    tools: [{ name: reading.name, description: reading.description, input_schema: reading.parameters }],
    betas: ["claude-code-20250219", "interleaved-thinking-2025-05-14", "fine-grained-tool-streaming-2025-05-14"],
  };
  const { input_tokens: counted } = await client.beta.messages.countTokens(asked);
  if (counted < 1) throw new Error("nothing was counted");
  const small = await client.messages.create({
    model: set.get("ANTHROPIC_DEFAULT_HAIKU_MODEL") ?? "",
    max_tokens: 16,
    messages: [{ role: "user", content: "A title" }],
  });
  if (small.content.length === 0) throw new Error("no title");
  const stream = client.beta.messages.stream({
    ...asked,
    max_tokens: 64,
    metadata: { user_id: "somebody" },
  });
  return stream.finalText();
};

const OpencodeConfig = z.strictObject({
  $schema: z.literal("https://opencode.ai/config.json"),
  provider: z.record(
    z.string(),
    z.strictObject({
      npm: z.literal("@ai-sdk/openai-compatible"),
      name: z.string(),
      options: z.strictObject({ baseURL: z.url(), apiKey: z.string() }),
      models: z.record(z.string(), z.strictObject({})),
    }),
  ),
  model: z.string(),
});

/** opencode loads the package that its file names, and streams from each model with tools. */
export const callAsOpencode = async (
  file: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> => {
  const config = OpencodeConfig.parse(JSON.parse(file));
  const answers: string[] = [];
  for (const [id, { options, models }] of Object.entries(config.provider)) {
    if (!Object.keys(models).some((model) => config.model === `${id}/${model}`)) throw new Error("an unlisted model");
    const apiKey = options.apiKey.replace(/^\{env:(\w+)\}$/, (_, name: string) => env[name] ?? "");
    const provider = createOpenAICompatible({ name: id, baseURL: options.baseURL, apiKey });
    for (const model of Object.keys(models)) {
      const tools = { Read: tool({ description: reading.description, inputSchema: jsonSchema(reading.parameters) }) };
      answers.push(await streamText({ model: provider(model), prompt: "Hello", tools, maxRetries: 0 }).text);
    }
  }
  return answers;
};

/** The value of a setting in a file of plain TOML. */
const settingIn = (file: string, name: string): string =>
  new RegExp(`^${name} = (?:"([^"]*)"|(true|false))$`, "m")
    .exec(file)
    ?.slice(1)
    .find((one) => one !== undefined) ?? "";

/** Codex streams from the address, the model and the key of its settings, with functions and tools of free text, and keeps the turns itself. */
export const callAsCodex = async (file: string, env: Readonly<Record<string, string>>): Promise<string> => {
  if (settingIn(file, "wire_api") !== "responses") throw new Error("Codex speaks nothing else");
  if (settingIn(file, "web_search") !== "disabled") throw new Error("its web search would be refused");
  if (!file.includes(`[model_providers.${settingIn(file, "model_provider")}]`)) throw new Error("an unknown provider");
  const apiKey = env[settingIn(file, "env_key")] ?? settingIn(file, "experimental_bearer_token");
  const client = new OpenAI({ baseURL: settingIn(file, "base_url"), apiKey, maxRetries: 0 });
  const stream = await client.responses.create({
    model: settingIn(file, "model"),
    instructions: "You help with code.",
    input: [{ type: "message", role: "user", content: [{ type: "input_text", text: "Hello" }] }],
    tools: [
      { type: "function", ...reading, strict: false },
      { type: "custom", name: "apply_patch", format: { type: "grammar", syntax: "lark", definition: "start: /.+/" } },
    ],
    tool_choice: "auto",
    parallel_tool_calls: false,
    store: false,
    stream: true,
    include: ["reasoning.encrypted_content"],
    prompt_cache_key: "a-conversation",
  });
  let text = "";
  for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
  return text;
};

/** Cursor checks the key with a call, and then streams with tools from the address and the model of its settings. */
export const callAsCursor = async (settings: string, apiKey: string): Promise<string> => {
  const set = new Map(
    settings
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, 27).trim(), line.slice(27).trim()]),
  );
  const client = new OpenAI({ baseURL: set.get("Override OpenAI Base URL"), apiKey, maxRetries: 0 });
  const stream = await client.chat.completions.create({
    model: set.get("Add Custom Model") ?? "",
    stream: true,
    stream_options: { include_usage: true },
    messages: [
      { role: "system", content: "You help with code." },
      { role: "user", content: "Hello" },
    ],
    tools: [{ type: "function", function: reading }],
  });
  let text = "";
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
  return text;
};
