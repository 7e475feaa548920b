import { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Tool } from "../../contracts/ai/message.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { Translated } from "../dialect/dialect.ts";
import { present } from "../dialect/present.ts";
import type { Warn } from "../dialect/translation-limits.ts";
import type { InteractionRequest, InteractionStep, InteractionTool } from "./interaction-request.ts";
import { jsonFormatOf, requireWords } from "./response-format.ts";
import { searchOfInteraction } from "./search-of-interaction.ts";
import { translateSteps } from "./translate-steps.ts";

/** Read from a JSON body, so JSON all the way down. */
const asSchema = (schema: object): Tool["inputSchema"] => schema as Tool["inputSchema"];

const toolOf = ({ name, description, parameters }: InteractionTool): Tool => ({
  name: name ?? "",
  ...(typeof description === "string" ? { description } : {}),
  inputSchema: asSchema(parameters ?? { type: "object", properties: {} }),
});

/** Which of the functions may be called, and whether one must. */
const toolsOf = (request: InteractionRequest, warn: Warn): Pick<GenerateTextInput, "tools" | "toolChoice"> => {
  const declared = (request.tools ?? []).filter(({ type }) => type === "function");
  if (declared.length === 0) return {};
  const choice = request.generation_config?.tool_choice ?? "auto";
  const { mode = "auto", tools: names } = typeof choice === "string" ? { mode: choice } : (choice.allowed_tools ?? {});
  const must = mode === "any";
  const limited = names !== undefined && names !== null && names.length > 0;
  const allowed = limited ? declared.filter(({ name }) => names.includes(name ?? "")) : declared;
  if (mode === "validated") warn("generation_config.tool_choice: validated");
  const [only, ...others] = allowed;
  if (must && limited && only !== undefined && others.length === 0)
    return { tools: allowed.map(toolOf), toolChoice: { type: "tool", toolName: only.name ?? "" } };
  return {
    tools: allowed.map(toolOf),
    ...(mode === "none" ? { toolChoice: "none" as const } : must ? { toolChoice: "required" as const } : {}),
  };
};

const responseFormatOf = (request: InteractionRequest): GenerateTextInput["responseFormat"] => {
  const asked = jsonFormatOf(request);
  return asked && { type: "json", ...(asked.schema === undefined ? {} : { schema: asSchema(asked.schema) }) };
};

/** Google's interactions in Nexus' own contract, for vendors that do not speak them. Nothing is dropped in silence. */
export const translateInteraction = (request: InteractionRequest, steps: readonly InteractionStep[]): Translated => {
  requireWords(request);
  const warnings = new Set<string>();
  const warn: Warn = (setting) => warnings.add(setting);
  if (request.safety_settings && request.safety_settings.length > 0) warn("safety_settings");
  const config = request.generation_config ?? {};
  const input = parseInput(
    GenerateTextInput,
    present({
      model: request.model,
      instructions: request.system_instruction === "" ? undefined : request.system_instruction,
      messages: translateSteps(steps, warn),
      ...toolsOf(request, warn),
      webSearch: searchOfInteraction(request.tools ?? []),
      responseFormat: responseFormatOf(request),
      maxOutputTokens: config.max_output_tokens,
      temperature: config.temperature,
      topP: config.top_p,
      stopSequences: config.stop_sequences,
      seed: config.seed,
      reasoning: config.thinking_level,
    }),
  );
  return { input, warnings: [...warnings] };
};
