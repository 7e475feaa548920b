import { z } from "zod";
import type { WebSearch } from "../../contracts/ai/web-search.ts";
import type { ModelName } from "../../contracts/model-name.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { VideoMetadata } from "../../contracts/film-view.ts";
import { namedFileIn } from "./named-file.ts";
import { asRecord } from "../dialect/as-record.ts";
import { googleSearch, onlySearch } from "../dialect/hosted-tools.ts";
import { requireKnownFields } from "../dialect/require-known-fields.ts";
import { camelFields, countTokensShape, generateContentShape } from "./camel-fields.ts";
import { generateContentFields, generationConfigFields } from "./gemini-fields.ts";

const json = z.record(z.string().max(256), z.unknown());

const functionName = z.string().max(256);

/** One part of a content; what it holds decides what it is. */
const GeminiPart = z.looseObject({
  text: z.string().nullish(),
  thought: z.boolean().nullish(),
  thoughtSignature: z.string().max(1_000_000).nullish(),
  inlineData: z.looseObject({ mimeType: z.string().min(1).max(128), data: z.string() }).nullish(),
  fileData: z
    .looseObject({
      mimeType: z.string().max(128).nullish(),
      fileUri: z.string().min(1).max(8_192),
    })
    .nullish(),
  videoMetadata: VideoMetadata.nullish(),
  functionCall: z
    .looseObject({
      id: functionName.nullish(),
      name: functionName,
      args: json.nullish(),
    })
    .nullish(),
  functionResponse: z
    .looseObject({ id: functionName.nullish(), name: functionName, response: json.nullish() })
    .nullish(),
});
export type GeminiPart = z.infer<typeof GeminiPart>;

const GeminiContent = z.looseObject({
  role: z.enum(["user", "model", "function", "system"]).nullish(),
  parts: z.array(GeminiPart).max(10_000),
});
export type GeminiContent = z.infer<typeof GeminiContent>;

const FunctionDeclaration = z.looseObject({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/, "a letter or _, then letters, digits, and _ . : -"),
  description: z.string().max(32_768).nullish(),
  parameters: json.nullish(),
  parametersJsonSchema: json.nullish(),
});
export type FunctionDeclaration = z.infer<typeof FunctionDeclaration>;

const Tool = z.looseObject({ functionDeclarations: z.array(FunctionDeclaration).max(512).nullish() });

const GenerationConfig = z.looseObject({
  stopSequences: z.array(z.string().max(256)).max(16).nullish(),
  responseMimeType: z.string().max(64).nullish(),
  responseSchema: json.nullish(),
  responseJsonSchema: z.unknown().optional(),
  responseModalities: z
    .array(z.enum(["MODALITY_UNSPECIFIED", "TEXT", "IMAGE"], "TEXT or IMAGE: others are not priced here"))
    .max(4)
    .nullish(),
  candidateCount: z.int().min(1).max(8).nullish(),
  maxOutputTokens: z.int().min(1).max(1_000_000).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  topP: z.number().min(0).max(1).nullish(),
  topK: z.number().min(1).max(10_000).nullish(),
  seed: z.int().nullish(),
  presencePenalty: z.number().min(-2).max(2).nullish(),
  frequencyPenalty: z.number().min(-2).max(2).nullish(),
  thinkingConfig: z
    .looseObject({
      includeThoughts: z.boolean().nullish(),
      thinkingBudget: z.int().min(-1).max(1_000_000).nullish(),
      thinkingLevel: z.string().max(32).nullish(),
    })
    .nullish(),
});
export type GenerationConfig = z.infer<typeof GenerationConfig>;

const youTube = /^https:\/\/(?:www\.youtube\.com|youtube\.com|youtu\.be)\//;

/** Of YouTube Google asks for no type. */
export const isFilm = ({ mimeType, fileUri }: NonNullable<GeminiPart["fileData"]>): boolean =>
  mimeType?.toLowerCase().startsWith("video/") === true || (!mimeType && youTube.test(fileUri));

/** Body of generateContent and streamGenerateContent, its fields in camel case: strict where policy or translation reads it. */
export const GenerateContentRequest = z.looseObject({
  contents: z.array(GeminiContent).min(1).max(10_000),
  systemInstruction: GeminiContent.nullish(),
  tools: z.array(Tool).max(128).nullish(),
  toolConfig: z
    .looseObject({
      functionCallingConfig: z
        .looseObject({
          mode: z.enum(["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"]).nullish(),
          allowedFunctionNames: z.array(functionName).max(512).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  safetySettings: z.array(z.looseObject({})).max(64).nullish(),
  generationConfig: GenerationConfig.nullish(),
});

/** A request, with the model of its address. */
export interface GenerateContentAsked {
  readonly model: z.infer<typeof ModelName>;
  readonly request: z.infer<typeof GenerateContentRequest>;
}

const refuse = (field: string, why: string): never => {
  throw new NexusError("CAPABILITY_MISSING", {
    message: `${field} is not offered here: ${why}.`,
    issues: [{ field, expected: "absent" }],
  });
};

/** The search of the web that a request asks for; throws for any other tool that Google would run. */
export const searchOfContents = ({
  tools,
}: Pick<z.infer<typeof GenerateContentRequest>, "tools">): WebSearch | undefined =>
  onlySearch(
    (tools ?? []).flatMap((tool, index) =>
      Object.entries(tool).flatMap(([name, value]) => {
        if (name === "functionDeclarations" || value === null || value === undefined) return [];
        const field = `tools.${index}.${name}`;
        return [{ search: googleSearch(name, value, field), field }];
      }),
    ),
  );

/** A file that was uploaded here, or the public address of a film: what else lies elsewhere cannot be bounded. */
const requireMeasurable = (contents: readonly GeminiContent[]): void => {
  for (const [index, { parts }] of contents.entries())
    for (const [at, { fileData }] of parts.entries()) {
      if (!fileData) continue;
      const field = `contents.${index}.parts.${at}.fileData`;
      const { fileUri, mimeType } = fileData;
      if (namedFileIn(fileUri) !== undefined || (fileUri.startsWith("gs://") && mimeType)) continue;
      if (URL.parse(fileUri)?.protocol === "https:" && isFilm(fileData)) continue;
      throw new NexusError("INVALID_INPUT", {
        issues: [
          {
            field,
            expected: "the uri of a file that was uploaded here, or a public https address with a mimeType of video",
          },
        ],
      });
    }
};

const requireAllowed = (request: z.infer<typeof GenerateContentRequest>): void => {
  requireKnownFields(request, generateContentFields);
  requireKnownFields(request.generationConfig ?? {}, generationConfigFields);
  searchOfContents(request);
  requireMeasurable(request.contents);
  const placed = request.systemInstruction?.parts.findIndex(({ fileData }) => fileData) ?? -1;
  if (placed >= 0) refuse(`systemInstruction.parts.${placed}.fileData`, "instructions are text");
};

/** Checks a body, its fields in either spelling. */
export const parseGenerateContent = (body: unknown, model: string): GenerateContentAsked => {
  const request = parseInput(GenerateContentRequest, camelFields(generateContentShape, asRecord(body ?? {})));
  requireAllowed(request);
  return { model, request };
};

/** Body of countTokens: contents alone, or a whole request. */
export const parseCountTokens = (body: unknown, model: string): GenerateContentAsked => {
  const given = camelFields(countTokensShape, asRecord(body ?? {}));
  const whole = given["generateContentRequest"];
  const { model: _model, ...asked } = typeof whole === "object" && whole !== null ? asRecord(whole) : given;
  const request = parseInput(GenerateContentRequest, asked);
  requireAllowed(request);
  return { model, request };
};
