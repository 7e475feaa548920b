import { keyIn, keyVariable, type ConnectFacts, type ConnectWay } from "./connection.ts";

const claudeCode = (connection: ConnectFacts): ConnectWay => ({
  id: "claude-code",
  name: "Claude Code",
  about:
    "Anthropic's coding tool. The key is a token here: unset ANTHROPIC_API_KEY, which would be sent beside it. /status shows both settings once it runs.",
  documentedAt: "https://code.claude.com/docs/en/llm-gateway-connect",
  examples: [
    {
      name: "Shell",
      language: "sh",
      code: `unset ANTHROPIC_API_KEY
export ANTHROPIC_BASE_URL=${connection.origin}
export ANTHROPIC_AUTH_TOKEN=${keyIn("sh", connection)}
export ANTHROPIC_MODEL=${connection.anthropicModel}
export ANTHROPIC_DEFAULT_HAIKU_MODEL=${connection.anthropicModel}
claude
`,
    },
  ],
});

const isLocal = (origin: string): boolean => /^https?:\/\/(localhost|127\.|\[::1\]|[^./]+(:|$))/.test(origin);

const cursor = (connection: ConnectFacts): ConnectWay => ({
  id: "cursor",
  name: "Cursor",
  about: `Under Settings → Cursor Settings → Models → API Keys. It serves the Ask and Plan modes: tab completion stays with Cursor. ${
    isLocal(connection.origin)
      ? "Cursor's own servers make the calls, and they do not reach this address: it takes a gateway with a public one."
      : "Cursor's own servers make the calls, so the address must be reachable from the internet."
  }`,
  documentedAt: "https://cursor.com/help/models-and-usage/api-keys",
  examples: [
    {
      name: "Settings",
      language: "text",
      code: `OpenAI API Key             ${connection.apiKey ?? `the value of ${keyVariable}`}
Override OpenAI Base URL   ${connection.origin}/v1
Add Custom Model           ${connection.model}
`,
    },
  ],
});

const opencode = (connection: ConnectFacts): ConnectWay => {
  const { origin, model, anthropicModel, apiKey } = connection;
  const config = {
    $schema: "https://opencode.ai/config.json",
    provider: {
      nexus: {
        npm: "@ai-sdk/openai-compatible",
        name: "Topolo Nexus",
        options: { baseURL: `${origin}/v1`, apiKey: apiKey ?? `{env:${keyVariable}}` },
        models: Object.fromEntries([...new Set([model, anthropicModel])].map((id) => [id, {}])),
      },
    },
    model: `nexus/${anthropicModel}`,
  };
  return {
    id: "opencode",
    name: "opencode",
    about: "The open-source coding tool. List every model that it shall offer: the names are those of this gateway.",
    documentedAt: "https://opencode.ai/docs/providers",
    examples: [
      { name: "opencode.json", language: "json", code: `${JSON.stringify(config, null, 2)}\n` },
      { name: "Shell", language: "sh", code: `opencode run -m nexus/${anthropicModel} "Hello"\n` },
    ],
  };
};

const codex = ({ origin, model, apiKey }: ConnectFacts): ConnectWay => ({
  id: "codex",
  name: "Codex",
  about:
    "OpenAI's coding tool, over the Responses API. Its own web search is a tool that OpenAI runs and bills: turn it off. Put the settings into ~/.codex/config.toml.",
  documentedAt: "https://developers.openai.com/codex/config-reference",
  examples: [
    {
      name: "config.toml",
      language: "text",
      code: `model = "${model}"
model_provider = "nexus"
web_search = "disabled"

[model_providers.nexus]
name = "Topolo Nexus"
base_url = "${origin}/v1"
${apiKey === undefined ? `env_key = "${keyVariable}"` : `experimental_bearer_token = "${apiKey}"`}
wire_api = "responses"
supports_websockets = true
`,
    },
    { name: "Shell", language: "sh", code: `codex exec "Say hello"\n` },
  ],
});

/** The ways of coding tools. */
export const toolWays = (connection: ConnectFacts): readonly ConnectWay[] => [
  claudeCode(connection),
  codex(connection),
  cursor(connection),
  opencode(connection),
];
