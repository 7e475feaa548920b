import { AnthropicLanguageModel } from "@ai-sdk/anthropic/internal";
import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import { fillPath } from "../../../contracts/wire-path.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { arrayAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { generateTextWith, streamTextWith, type LanguageModelVendor } from "../../_wire/language-model.ts";
import { nativeCount } from "../../_wire/native-count.ts";
import { nativeAnswer, nativeStream, type NativePass } from "../../_wire/native-pass.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { anthropicDialect } from "../_claude/anthropic-dialect.ts";
import { fitAnthropic } from "../_claude/fit-anthropic.ts";
import { atPublisher, vertexLocationOf } from "./at-project.ts";
import { claudeErrors } from "./claude-errors.ts";
import { signForVertex } from "./sign-for-vertex.ts";

/** Whether a model of Vertex AI is Anthropic's, and speaks Anthropic's dialect. */
export const isClaude = (model: string): boolean => model.startsWith("claude-");

/** Versions stand behind an @ there, and behind a hyphen at Anthropic. */
const nameAtAnthropic = (model: string): string => model.replace("@", "-");

// https://platform.claude.com/docs/en/api/claude-on-vertex-ai: the model stands in the address, the version in the body.
const version = { anthropic_version: "vertex-2023-10-16" };
const paths = { answer: "/models/{model}:rawPredict", stream: "/models/{model}:streamRawPredict" };
const countPath = "/models/count-tokens:rawPredict";

/** Tools that callers run. What Vertex runs itself has prices of its own there. */
const ranByCallers = /^(custom|bash_|text_editor_|memory_|computer_|tool_search_)/;

const refuseHostedTools = (body: JsonRecord): void => {
  const hosted = arrayAt(body, "tools")
    .map((tool) => stringAt(tool, "type") ?? "custom")
    .find((type) => !ranByCallers.test(type));
  if (hosted === undefined) return;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
    { message: "A tool that the vendor runs is not offered for Claude at Vertex AI." },
  );
};

const dialect: Dialect = {
  ...anthropicDialect,
  errors: claudeErrors,
  sign: signForVertex,
  enforceLimits(body, io) {
    refuseHostedTools(body);
    const limited = anthropicDialect.enforceLimits(body, { ...io, model: nameAtAnthropic(io.model) });
    const { model: _model, service_tier: _tier, ...sent } = limited;
    return { ...sent, ...version };
  },
};

/**
 * Regions and groups of them cost a tenth more than the global endpoint from Claude 4.5 on, and have no price in the
 * catalogue: https://cloud.google.com/vertex-ai/generative-ai/pricing#claude-models
 */
const atAnthropic = (io: ProviderIo): ProviderIo => {
  if (vertexLocationOf(io.baseUrl) === "global") return atPublisher("anthropic", io);
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
    { message: "Claude is bought at Vertex AI's global endpoint: what it costs in a region is not known here." },
  );
};

const claude: LanguageModelVendor = {
  dialect,
  paths,
  fit: (input, io) => fitAnthropic(input, { ...io, model: nameAtAnthropic(io.model) }),
  signatures: { anthropic: ["signature", "redactedData"] },
  // …/docs/partner-models/claude: images and documents are sent as they are.
  urls: {},
  // A schema is kept by a tool there: what Anthropic's own API has for it, Vertex AI refuses.
  model: ({ model, baseUrl }, fetch) =>
    new AnthropicLanguageModel(nameAtAnthropic(model), {
      provider: "anthropic.messages",
      baseURL: baseUrl,
      headers: {},
      fetch,
      buildRequestUrl: (base, streams) => base + (fillPath(streams ? paths.stream : paths.answer, { model }) ?? ""),
      supportedUrls: () => ({}),
      supportsNativeStructuredOutput: false,
      supportsStrictTools: false,
    }),
};

// What of them Vertex AI takes; others it refuses by their name.
const betas =
  /^(claude-code-20250219|interleaved-thinking-2025-05-14|fine-grained-tool-streaming-2025-05-14|context-1m-2025-08-07|context-management-2025-06-27|tool-search-tool-2025-10-19)$/;

type Native = NonNullable<AiVendor["native"]["anthropic.messages"]>;
type NativeAsked = Parameters<Native["answer"]>[0];

const withBetas = (request: NativeAsked, path: string): NativeAsked => {
  const { "anthropic-beta": asked = "", ...headers } = request.headers;
  const taken = asked
    .split(",")
    .map((beta) => beta.trim())
    .filter((beta) => betas.test(beta))
    .join(",");
  return { ...request, path, headers: taken === "" ? headers : { ...headers, "anthropic-beta": taken } };
};

const pass: NativePass = { dialect, headers: () => ({}), namesEvents: true, passes: ["anthropic-beta"] };
const passAnswer = nativeAnswer(pass);
const passStream = nativeStream(pass);
const count = nativeCount({
  ...pass,
  errors: claudeErrors,
  sign: signForVertex,
  counted: "input_tokens",
  body: ({ body }, { model }) => ({ ...body, model, ...version }),
});

const generate = generateTextWith(claude);
const stream = streamTextWith(claude);

/** Anthropic's models, bought through Google Cloud. */
export const claudeOnVertex = {
  generateText: async (input, io) => generate(input, atAnthropic(io)),
  streamText: async (input, io) => stream(input, atAnthropic(io)),
  native: {
    serves: isClaude,
    answer: async (request, io) => passAnswer(withBetas(request, paths.answer), atAnthropic(io)),
    stream: async (request, io) => passStream(withBetas(request, paths.stream), atAnthropic(io)),
    count: async (request, io) => count(withBetas(request, countPath), atAnthropic(io)),
  },
} satisfies Required<Pick<AiVendor, "generateText" | "streamText">> & { readonly native: Native };
