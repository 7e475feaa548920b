import { callExamples } from "../app/_connect/call-examples.ts";
import type { ConnectWay } from "../app/_connect/connection.ts";
import { serviceTokenExamples } from "../app/_connect/service-token-examples.ts";
import { waysToConnect } from "../app/_connect/ways-to-connect.ts";
import type { Snippet } from "./markdown-snippets.ts";

/** As the documentation shows them: read from the environment, on this machine. */
const connection = {
  origin: "http://localhost:3000",
  authUrl: "http://localhost:3001",
  model: "openai/gpt-4o-mini",
  anthropicModel: "anthropic/claude-sonnet-4-5",
} as const;

const ways = (apiKey?: string): readonly ConnectWay[] =>
  waysToConnect({ ...connection, apiKey }).flatMap((group) => group.ways);

/** Inputs with everything that languages write differently. */
const tried = [
  {
    operation: "ai.generateText",
    input: {
      model: "openai/gpt-4o-mini",
      instructions: 'Don\'t say "no"; $HOME and `this` are words.\nBe brief.',
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello, \u{1F30D}!" },
        { role: "user", content: "Where's the station?" },
      ],
      maxOutputTokens: 50,
      temperature: 0.5,
      tools: [
        { name: "map", strict: true, inputSchema: { type: "object", properties: {}, additionalProperties: false } },
      ],
    },
  },
  {
    operation: "ai.generateObject",
    input: {
      model: "openai/gpt-4o-mini",
      prompt: "Name three rivers.",
      schema: {
        type: "object",
        properties: { rivers: { type: "array", items: { type: "string" } }, found: { type: ["string", "null"] } },
        required: ["rivers", "found"],
        additionalProperties: false,
      },
      maxOutputTokens: 200,
    },
  },
  { operation: "ai.embed", input: { model: "openai/text-embedding-3-small", values: ["one", "it's two"] } },
  { operation: "ai.generateImage", input: { model: "openai/gpt-image-1.5", prompt: "A boat", quality: "low" } },
  { operation: "ai.generateSpeech", input: { model: "openai/tts-1", text: "Good morning", voice: "alloy" } },
  {
    operation: "ai.rerank",
    input: { model: "cohere/rerank-v3.5", query: "Which river?", documents: ["The Danube's", "An owl"], topN: 1 },
  },
  { operation: "ai.moderate", input: { model: "openai/omni-moderation-latest", content: "I don't like \\ rivers." } },
] as const;

/** What the page Playground has to copy of such calls. */
export const triedExamples = (languages: readonly string[]): readonly Snippet[] =>
  tried.flatMap(({ operation, input }) =>
    callExamples({ origin: connection.origin, operation, input })
      .filter(({ language }) => languages.includes(language))
      .map(({ name, language, code }) => ({
        place: `Playground: ${operation}, ${name}`,
        page: "Playground",
        language,
        text: code,
      })),
  );

/** A way to connect, with a key filled in where one is given. */
export const wayToConnect = (id: string, apiKey?: string): ConnectWay => {
  const found = ways(apiKey).find((way) => way.id === id);
  if (!found) throw new Error(`no way ${id}`);
  return found;
};

/** Everything in some languages that the page Connect has to copy. */
export const connectExamples = (languages: readonly string[], apiKey?: string): readonly Snippet[] =>
  ways(apiKey).flatMap(({ id, examples }) =>
    examples
      .filter(({ language }) => languages.includes(language))
      .map(({ name, language, code }) => ({ place: `Connect: ${id}, ${name}`, page: "Connect", language, text: code })),
  );

/** The programs that a new service token is shown with: what they ask takes a token that an operator has issued. */
export const serviceTokenPrograms = (): readonly string[] =>
  [["srv_nexus.ai:invoke"], ["srv_nexus.budgets:read"]].flatMap((permissions) =>
    serviceTokenExamples({
      ...connection,
      token: "nxs_0000",
      organizationId: "org_acme",
      app: permissions[0] === "srv_nexus.ai:invoke" ? "srv_roadmapper" : undefined,
      permissions,
    }).flatMap(({ language, code }) => (language === "ts" ? [code] : [])),
  );
