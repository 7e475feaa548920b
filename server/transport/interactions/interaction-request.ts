import { z } from "zod";
import { isFileId } from "../../contracts/file-id.ts";
import { ModelName } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { asRecord } from "../dialect/as-record.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import { interactionConfigFields, interactionFields } from "./interaction-fields.ts";
import { searchOfInteraction } from "./search-of-interaction.ts";

const json = z.record(z.string().max(256), z.unknown());
const callId = z.string().max(256);
const functionName = z.string().max(256);

const address = z
  .string()
  .max(8_192)
  .refine((uri) => uri.startsWith("https://") || isFileId(uri), {
    error: "an https address, or the id of an uploaded file",
  });

const block = {
  type: z.string().max(64),
  text: z.string().nullish(),
  data: z.string().nullish(),
  mime_type: z.string().max(128).nullish(),
  uri: address.nullish(),
};

/** One block of what is said: text, or a medium. */
export const InteractionContent = z.looseObject(block);
export type InteractionContent = z.infer<typeof InteractionContent>;

const contents = z.array(InteractionContent).max(1_000);

/** One step of a conversation, or a block that stands in its place; what it holds depends on its type. */
export const InteractionStep = z.looseObject({
  ...block,
  content: contents.nullish(),
  id: callId.nullish(),
  call_id: callId.nullish(),
  name: functionName.nullish(),
  arguments: json.nullish(),
  signature: z.string().max(1_000_000).nullish(),
  summary: contents.nullish(),
  is_error: z.boolean().nullish(),
});
export type InteractionStep = z.infer<typeof InteractionStep>;

const InteractionTool = z.looseObject({
  type: z.string().max(64),
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/, "a letter or _, then letters, digits, and _ . : -")
    .nullish(),
  description: z.string().max(32_768).nullish(),
  parameters: json.nullish(),
});
export type InteractionTool = z.infer<typeof InteractionTool>;

const toolMode = z.enum(["auto", "any", "none", "validated"]);

const InteractionConfig = z.looseObject({
  max_output_tokens: z.int().min(1).max(1_000_000).nullish(),
  seed: z.int().nullish(),
  stop_sequences: z.array(z.string().max(256)).max(16).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  thinking_level: z.enum(["minimal", "low", "medium", "high", "xhigh"]).nullish(),
  thinking_summaries: z.enum(["auto", "none"]).nullish(),
  tool_choice: z
    .union(
      [
        toolMode,
        z.looseObject({
          allowed_tools: z
            .looseObject({ mode: toolMode.nullish(), tools: z.array(functionName).max(512).nullish() })
            .nullish(),
        }),
      ],
      { error: "auto, any, none, validated, or allowed_tools" },
    )
    .nullish(),
});
export type InteractionConfig = z.infer<typeof InteractionConfig>;

const format = z.looseObject({});

/** Body of POST /v1beta/interactions: strict where policy or translation reads it. */
export const InteractionRequest = z.looseObject({
  model: ModelName,
  input: z
    .union([z.string().max(8_000_000), InteractionContent, z.array(InteractionStep).max(10_000)], {
      error: "a text, a content, or a list of contents or of steps",
    })
    .nullish(),
  system_instruction: z.string().max(2_000_000).nullish(),
  tools: z.array(InteractionTool).max(128).nullish(),
  generation_config: InteractionConfig.nullish(),
  response_format: z.union([z.array(format).max(8), format], { error: "a format, or a list of them" }).nullish(),
  response_mime_type: z.string().max(64).nullish(),
  response_modalities: z
    .array(z.enum(["text", "image"], "text or image: others are not priced here"))
    .max(4)
    .nullish(),
  safety_settings: z.array(z.looseObject({})).max(64).nullish(),
  labels: z.record(z.string().max(63), z.string().max(63)).nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  previous_interaction_id: z
    .string()
    .regex(/^int_[A-Za-z0-9_-]{1,128}$/, "an id that begins with int_")
    .nullish(),
});
export type InteractionRequest = z.infer<typeof InteractionRequest>;

/** Blocks that may stand alone in an input; the types of steps are others. */
const saidAlone: ReadonlySet<string> = new Set(["text", "image", "audio", "document", "video"]);

const isContent = ({ type }: InteractionStep): boolean => saidAlone.has(type);

/** What the caller itself adds to the conversation; contents that follow each other are one step of the user. */
export const ownSteps = ({ input }: Pick<InteractionRequest, "input">): readonly InteractionStep[] => {
  if (input === undefined || input === null) return [];
  if (typeof input === "string") return [{ type: "user_input", content: [{ type: "text", text: input }] }];
  const steps: InteractionStep[] = [];
  let said: InteractionContent[] | undefined;
  for (const one of Array.isArray(input) ? input : [InteractionStep.parse(input)]) {
    if (!isContent(one)) {
      said = undefined;
      steps.push(one);
      continue;
    }
    const content = InteractionContent.parse(one);
    if (said === undefined) {
      said = [];
      steps.push({ type: "user_input", content: said });
    }
    said.push(content);
  }
  return steps;
};

/** Blocks whose cost nobody could know: frames that are looked at more often than once a second, or by an agent. */
const requireMeasurable = (steps: readonly InteractionStep[]): void => {
  for (const [at, { content }] of steps.entries())
    for (const [place, part] of (content ?? []).entries()) {
      const field = `input.${at}.content.${place}`;
      const { processing } = part;
      if (processing === undefined || processing === null || processing === "static") continue;
      const fps: unknown = typeof processing === "object" ? Reflect.get(processing, "fps") : processing;
      if (fps === undefined || (typeof fps === "number" && fps <= 1)) continue;
      throw new NexusError("CAPABILITY_MISSING", {
        message: `${field}.processing is not offered here: what more than one frame a second costs cannot be known beforehand.`,
        issues: [{ field: `${field}.processing`, expected: "static, with at most one frame a second" }],
      });
    }
};

/** Checks a body, without changing it. */
export const parseInteraction = (body: unknown): InteractionRequest => {
  // An agent has no model: it is refused as what it is, rather than for what it lacks.
  if (typeof body === "object" && body !== null) requireKnownFields(asRecord(body), interactionFields);
  const request = parseInput(InteractionRequest, body);
  requireKnownFields(request.generation_config ?? {}, interactionConfigFields);
  searchOfInteraction(request.tools ?? []);
  for (const [at, { type, name }] of (request.tools ?? []).entries())
    if (type === "function" && (name === undefined || name === null)) throw invalidField(`tools.${at}.name`, "a name");
  requireMeasurable(ownSteps(request));
  return request;
};
