import type {
  JSONSchema7,
  JSONValue,
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { Message } from "../../contracts/ai/message.ts";
import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import type { HeldFile } from "../../contracts/held-file.ts";
import { failure } from "./vendor-failure.ts";

/** Patterns of URLs that a vendor fetches itself, by media type. */
export type SupportedUrls = Record<string, readonly RegExp[]>;

type FilePart = Extract<Exclude<Extract<Message, { role: "user" }>["content"], string>[number], { type: "file" }>;
type WithOptions = { readonly providerOptions?: SharedV4ProviderOptions };

/** JSON Schema is JSON; the vendor judges whether it is a schema. */
const asSchema = (schema: Readonly<Record<string, unknown>>): JSONSchema7 => schema;

/** The contract's schema admitted JSON alone. */
const asJson = (value: unknown): JSONValue => value as JSONValue;

/** The contract's schema admitted JSON objects by vendor id alone. */
const asOptions = (options: unknown): SharedV4ProviderOptions => options as SharedV4ProviderOptions;

const optionsOf = ({ providerOptions }: { readonly providerOptions?: unknown }): WithOptions =>
  providerOptions === undefined ? {} : { providerOptions: asOptions(providerOptions) };

/** How a prompt names a file that its vendor keeps. */
export type FileReferenceOf = (file: HeldFile, io: Pick<ProviderIo, "baseUrl">) => string;

/** What a prompt is made with. */
interface PromptIo extends ProviderIo {
  readonly fileReference?: FileReferenceOf | undefined;
}

const matches = (mediaType: string, pattern: string): boolean =>
  pattern === "*" ||
  pattern === "*/*" ||
  pattern === mediaType ||
  (pattern.endsWith("/*") && mediaType.startsWith(pattern.slice(0, -1)));

const vendorFetches = (url: string, mediaType: string, urls: SupportedUrls, io: PromptIo): boolean =>
  // Files stored at the vendor belong to everybody who shares the credential, so a request may not refer to them.
  URL.parse(url)?.origin !== URL.parse(io.baseUrl)?.origin &&
  Object.entries(urls).some(
    ([pattern, allowed]) => matches(mediaType, pattern) && allowed.some((one) => one.test(url)),
  );

/** A file that was uploaded before: what it is called here, is its own affair at the vendor. */
const keptFile = (
  fileId: string,
  { files, fileReference, ...io }: PromptIo,
): Pick<LanguageModelV4FilePart, "data" | "mediaType"> => {
  const file = files?.get(fileId);
  if (file === undefined)
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
      { message: "The vendor does not have the file." },
    );
  const { vendor, vendorFileId, mediaType } = file;
  const named = fileReference?.(file, io) ?? vendorFileId;
  return {
    data: { type: "reference", reference: { [vendor]: named } },
    mediaType,
  };
};

const fileOf = (part: FilePart, urls: SupportedUrls, io: PromptIo): LanguageModelV4FilePart => {
  const about = {
    type: "file",
    mediaType: part.mediaType,
    ...(part.filename === undefined ? {} : { filename: part.filename }),
    ...optionsOf(part),
  } as const;
  if (part.fileId !== undefined) return { ...about, ...keptFile(part.fileId, io) };
  if (part.url === undefined) return { ...about, data: { type: "data", data: part.data ?? "" } };
  if (!vendorFetches(part.url, part.mediaType, urls, io)) {
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
      { message: "The vendor does not fetch such files by address; send the data." },
    );
  }
  return { ...about, data: { type: "url", url: new URL(part.url) } };
};

type ToolOutput = Extract<Message, { role: "tool" }>["content"][number]["output"];

const outputOf = (output: ToolOutput, urls: SupportedUrls, io: PromptIo): LanguageModelV4ToolResultOutput => {
  switch (output.type) {
    case "content":
      return {
        type: "content",
        value: output.value.map((part) =>
          part.type === "file" ? fileOf(part, urls, io) : { type: "text", text: part.text, ...optionsOf(part) },
        ),
      };
    case "json":
    case "error-json":
      return { type: output.type, value: asJson(output.value) };
    default:
      return { type: output.type, value: output.value };
  }
};

const messageOf = (message: Message, urls: SupportedUrls, io: PromptIo): LanguageModelV4Prompt[number] => {
  const options = optionsOf(message);
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content, ...options };
    case "user": {
      const parts =
        typeof message.content === "string" ? [{ type: "text" as const, text: message.content }] : message.content;
      return {
        role: "user",
        content: parts.map((part) =>
          part.type === "file" ? fileOf(part, urls, io) : { type: part.type, text: part.text, ...optionsOf(part) },
        ),
        ...options,
      };
    }
    case "assistant": {
      const parts =
        typeof message.content === "string" ? [{ type: "text" as const, text: message.content }] : message.content;
      return {
        role: "assistant",
        content: parts.map((part) => {
          if (part.type === "file") return fileOf(part, urls, io);
          if (part.type === "tool-call") {
            return {
              type: part.type,
              toolCallId: part.toolCallId,
              toolName: part.toolName,
              input: part.input,
              ...optionsOf(part),
            };
          }
          return { type: part.type, text: part.text, ...optionsOf(part) };
        }),
        ...options,
      };
    }
    case "tool":
      return {
        role: "tool",
        content: message.content.map(({ toolCallId, toolName, output, ...part }) => ({
          type: "tool-result" as const,
          toolCallId,
          toolName,
          output: outputOf(output, urls, io),
          ...optionsOf(part),
        })),
        ...options,
      };
  }
};

const promptOf = (input: GenerateTextInput, urls: SupportedUrls, io: PromptIo): LanguageModelV4Prompt => [
  ...(input.instructions === undefined ? [] : [{ role: "system" as const, content: input.instructions }]),
  ...(input.prompt === undefined
    ? []
    : [{ role: "user" as const, content: [{ type: "text" as const, text: input.prompt }] }]),
  ...(input.messages ?? []).map((message) => messageOf(message, urls, io)),
];

type ResponseFormat = LanguageModelV4CallOptions["responseFormat"];

const responseFormatOf = ({ responseFormat }: GenerateTextInput): ResponseFormat =>
  responseFormat?.type === "json" && responseFormat.schema !== undefined
    ? { ...responseFormat, schema: asSchema(responseFormat.schema) }
    : responseFormat?.type === "json"
      ? { type: "json" }
      : responseFormat;

/** The input of a text generation as options of the AI SDK, with the reserved output limit in place of the requested one. */
export const toCallOptions = (
  input: GenerateTextInput,
  urls: SupportedUrls,
  io: PromptIo,
): LanguageModelV4CallOptions => ({
  prompt: promptOf(input, urls, io),
  maxOutputTokens: io.maxOutputTokens,
  temperature: input.temperature,
  stopSequences: input.stopSequences,
  topP: input.topP,
  topK: input.topK,
  presencePenalty: input.presencePenalty,
  frequencyPenalty: input.frequencyPenalty,
  responseFormat: responseFormatOf(input),
  seed: input.seed,
  tools: input.tools?.map(({ inputSchema, ...tool }) => ({
    type: "function",
    ...tool,
    inputSchema: asSchema(inputSchema),
  })),
  toolChoice: typeof input.toolChoice === "string" ? { type: input.toolChoice } : input.toolChoice,
  reasoning: input.reasoning,
  abortSignal: io.signal,
  ...(input.providerOptions === undefined ? {} : { providerOptions: asOptions(input.providerOptions) }),
});
