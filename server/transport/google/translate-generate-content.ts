import { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Tool } from "../../contracts/ai/message.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { Translated } from "../dialect/dialect.ts";
import { present } from "../dialect/present.ts";
import { notTranslatable, type Warn } from "../dialect/translation-limits.ts";
import {
  searchOfContents,
  type FunctionDeclaration,
  type GenerateContentAsked,
  type GenerationConfig,
} from "./generate-content-request.ts";
import { jsonSchemaOf } from "./json-schema-of.ts";
import { translateContents } from "./translate-contents.ts";

type Request = GenerateContentAsked["request"];

/** Settings of an answer that are translated, or have no effect in a translated request. */
const known: ReadonlySet<string> = new Set([
  "stopSequences",
  "responseMimeType",
  "responseSchema",
  "responseJsonSchema",
  "_responseJsonSchema",
  "responseModalities",
  "candidateCount",
  "maxOutputTokens",
  "temperature",
  "topP",
  "topK",
  "seed",
  "presencePenalty",
  "frequencyPenalty",
  "thinkingConfig",
]);

/** Read from a JSON body, so JSON all the way down. */
const asSchema = (schema: object): Tool["inputSchema"] => schema as Tool["inputSchema"];

const isSchema = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const toolOf = ({ name, description, parameters, parametersJsonSchema }: FunctionDeclaration): Tool => {
  const schema = parametersJsonSchema ?? (parameters ? jsonSchemaOf(parameters) : { type: "object", properties: {} });
  return { name, ...(typeof description === "string" ? { description } : {}), inputSchema: asSchema(schema) };
};

/** Which of the functions may be called, and whether one must. */
const toolsOf = ({ tools, toolConfig }: Request, warn: Warn): Pick<GenerateTextInput, "tools" | "toolChoice"> => {
  const declared = (tools ?? []).flatMap(({ functionDeclarations }) => functionDeclarations ?? []);
  if (declared.length === 0) return {};
  const { mode = "AUTO", allowedFunctionNames: names } = toolConfig?.functionCallingConfig ?? {};
  const must = mode === "ANY";
  const limited = (must || mode === "VALIDATED") && names !== undefined && names !== null && names.length > 0;
  const allowed = limited ? declared.filter(({ name }) => names.includes(name)) : declared;
  if (mode === "VALIDATED") warn("toolConfig.functionCallingConfig.mode");
  const [only, ...others] = allowed;
  const choice = mode === "NONE" ? "none" : must ? "required" : undefined;
  return {
    tools: allowed.map(toolOf),
    toolChoice:
      must && limited && only !== undefined && others.length === 0 ? { type: "tool", toolName: only.name } : choice,
  };
};

const responseFormatOf = (config: GenerationConfig): GenerateTextInput["responseFormat"] => {
  const { responseMimeType: type, responseSchema } = config;
  if (type === undefined || type === null || type === "text/plain") return undefined;
  if (type !== "application/json") throw notTranslatable(`A response of type ${type.slice(0, 32)}`);
  const schema = config.responseJsonSchema ?? config["_responseJsonSchema"];
  if (isSchema(schema)) return { type: "json", schema: asSchema(schema) };
  return { type: "json", ...(responseSchema ? { schema: asSchema(jsonSchemaOf(responseSchema)) } : {}) };
};

const levels = ["minimal", "low", "medium", "high", "xhigh", "max"] as const;

/** A level, or a budget: none of it is no thinking, and -1 as much as the model likes. */
const thinkingOf = (
  { thinkingConfig }: GenerationConfig,
  warn: Warn,
): Pick<GenerateTextInput, "reasoning" | "reasoningBudget"> => {
  const { thinkingBudget: budget, thinkingLevel } = thinkingConfig ?? {};
  if (typeof thinkingLevel === "string") {
    const level = levels.find((one) => one === thinkingLevel.toLowerCase());
    if (level !== undefined) return { reasoning: level };
    if (thinkingLevel !== "THINKING_LEVEL_UNSPECIFIED") warn("generationConfig.thinkingConfig.thinkingLevel");
  }
  if (budget === 0) return { reasoning: "none" };
  return typeof budget === "number" && budget > 0 ? { reasoningBudget: budget } : {};
};

const warnOfUnknown = (request: Request, config: GenerationConfig, warn: Warn): void => {
  if (request.safetySettings && request.safetySettings.length > 0) warn("safetySettings");
  if (request["labels"] !== undefined && request["labels"] !== null) warn("labels");
  for (const [field, value] of Object.entries(config))
    if (!known.has(field) && value !== null && value !== undefined) warn(`generationConfig.${field}`);
};

/** Google's generateContent in Nexus' own contract, for vendors that do not speak it. Nothing is dropped in silence. */
export const translateGenerateContent = ({ model, request }: GenerateContentAsked): Translated => {
  const warnings = new Set<string>();
  const warn: Warn = (setting) => warnings.add(setting);
  const config: GenerationConfig = request.generationConfig ?? {};
  if ((config.candidateCount ?? 1) > 1) throw notTranslatable("More than one candidate");
  if (config.responseModalities?.includes("IMAGE")) throw notTranslatable("An image among the answer");
  warnOfUnknown(request, config, warn);
  const input = parseInput(
    GenerateTextInput,
    present({
      model,
      messages: translateContents(request.contents, request.systemInstruction),
      ...toolsOf(request, warn),
      webSearch: searchOfContents(request),
      responseFormat: responseFormatOf(config),
      maxOutputTokens: config.maxOutputTokens,
      temperature: config.temperature,
      topP: config.topP,
      topK: typeof config.topK === "number" ? Math.round(config.topK) : undefined,
      presencePenalty: config.presencePenalty,
      frequencyPenalty: config.frequencyPenalty,
      stopSequences: config.stopSequences,
      seed: config.seed,
      ...thinkingOf(config, warn),
    }),
  );
  return { input, warnings: [...warnings] };
};
