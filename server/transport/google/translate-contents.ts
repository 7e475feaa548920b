import type { Message } from "../../contracts/ai/message.ts";
import { notTranslatable } from "../dialect/translation-limits.ts";
import { signedBy } from "./foreign-signature.ts";
import { namedFileIn } from "./named-file.ts";
import type { GeminiContent, GeminiPart } from "./generate-content-request.ts";

type UserPart = Exclude<Extract<Message, { role: "user" }>["content"], string>[number];
type AssistantPart = Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number];
type ToolResult = Extract<Message, { role: "tool" }>["content"][number];
type Json = Extract<AssistantPart, { type: "tool-call" }>["input"];

/** Read from a JSON body, so JSON all the way down. */
const asJson = (parsed: unknown): Json => parsed as Json;

/** Calls that wait for their result: clients of this dialect need not give them ids. */
class OpenCalls {
  readonly #waiting: { readonly id: string; readonly name: string }[] = [];
  #made = 0;

  open(name: string, id: string | null | undefined): string {
    this.#made += 1;
    const known = typeof id === "string" && id !== "" ? id : `call_${this.#made}`;
    this.#waiting.push({ id: known, name });
    return known;
  }

  /** By its id, or else the first one of that name. */
  close(name: string, id: string | null | undefined): string {
    const byId = this.#waiting.findIndex((call) => call.id === id);
    const at = byId >= 0 ? byId : this.#waiting.findIndex((call) => call.name === name);
    const [closed] = at < 0 ? [] : this.#waiting.splice(at, 1);
    return closed?.id ?? (typeof id === "string" && id !== "" ? id : this.open(name, undefined));
  }
}

const fileOf = ({ mimeType, data }: NonNullable<GeminiPart["inlineData"]>): UserPart => ({
  type: "file",
  mediaType: mimeType.toLowerCase(),
  // Bytes may come in base64's other alphabet.
  data: data.replaceAll("-", "+").replaceAll("_", "/"),
});

const keptFileOf = ({ mimeType, fileUri }: NonNullable<GeminiPart["fileData"]>): UserPart => {
  const fileId = namedFileIn(fileUri);
  const mediaType = mimeType?.toLowerCase() ?? "video/mp4";
  return {
    type: "file",
    mediaType,
    ...(fileId === undefined ? { url: fileUri } : { fileId }),
  };
};

const kindsBeyond = (part: GeminiPart, known: readonly string[]): string | undefined =>
  Object.entries(part).find(([name, value]) => !known.includes(name) && value !== null && value !== undefined)?.[0];

const attributes = ["thought", "thoughtSignature", "partMetadata", "mediaResolution", "videoMetadata"];

const resultOf = (
  { id, name, response, ...rest }: NonNullable<GeminiPart["functionResponse"]>,
  calls: OpenCalls,
): ToolResult => {
  const { parts } = rest;
  if (Array.isArray(parts) && parts.length > 0) throw notTranslatable("A function response with files");
  const value = response ?? {};
  const [only, ...others] = Object.entries(value);
  const words = others.length === 0 && only !== undefined && typeof only[1] === "string" ? only : undefined;
  const output: ToolResult["output"] =
    words?.[0] === "output" || words?.[0] === "result"
      ? { type: "text", value: String(words[1]) }
      : words?.[0] === "error"
        ? { type: "error-text", value: String(words[1]) }
        : { type: "json", value: asJson(value) };
  return { type: "tool-result", toolCallId: calls.close(name, id), toolName: name, output };
};

const userPartOf = (part: GeminiPart): UserPart[] => {
  const beyond = kindsBeyond(part, ["text", "inlineData", "fileData", ...attributes]);
  if (beyond !== undefined) throw notTranslatable(`A part with ${beyond.slice(0, 64)}`);
  if (part.fileData) return [keptFileOf(part.fileData)];
  if (part.inlineData) return [fileOf(part.inlineData)];
  return typeof part.text === "string" ? [{ type: "text", text: part.text }] : [];
};

/** A user's turn: results of functions first, in a message of their own, then what the user says. */
const userOf = (parts: readonly GeminiPart[], calls: OpenCalls): Message[] => {
  const results: ToolResult[] = [];
  const said: UserPart[] = [];
  for (const part of parts) {
    if (part.functionResponse) results.push(resultOf(part.functionResponse, calls));
    else said.push(...userPartOf(part));
  }
  return [
    ...(results.length === 0 ? [] : [{ role: "tool" as const, content: results }]),
    ...(said.length === 0 ? [] : [{ role: "user" as const, content: said }]),
  ];
};

const modelPartOf = (part: GeminiPart, calls: OpenCalls): AssistantPart[] => {
  const beyond = kindsBeyond(part, ["text", "inlineData", "functionCall", ...attributes]);
  if (beyond !== undefined) throw notTranslatable(`A part with ${beyond.slice(0, 64)}`);
  const signed = signedBy(part.thoughtSignature);
  if (part.functionCall) {
    const { id, name, args } = part.functionCall;
    const toolCallId = calls.open(name, id);
    return [{ type: "tool-call", toolCallId, toolName: name, input: asJson(args ?? {}), ...signed }];
  }
  if (part.inlineData) return [{ ...fileOf(part.inlineData), ...signed }];
  if (typeof part.text !== "string" && signed.providerOptions === undefined) return [];
  const text = part.text ?? "";
  if (part.thought === true) return [{ type: "reasoning", text, ...signed }];
  return text === "" && signed.providerOptions === undefined ? [] : [{ type: "text", text, ...signed }];
};

const systemOf = ({ parts }: GeminiContent): Message[] =>
  parts.flatMap((part): Message[] => {
    if (typeof part.text !== "string") throw notTranslatable("A system instruction that is no text");
    return [{ role: "system", content: part.text }];
  });

/** A conversation of Google's dialect in the vocabulary of Nexus' own contract. */
export const translateContents = (
  contents: readonly GeminiContent[],
  systemInstruction: GeminiContent | null | undefined,
): Message[] => {
  const calls = new OpenCalls();
  const translated: Message[] = systemInstruction ? systemOf(systemInstruction) : [];
  for (const content of contents) {
    if (content.role === "system") translated.push(...systemOf(content));
    else if (content.role === "model") {
      const parts = content.parts.flatMap((part) => modelPartOf(part, calls));
      if (parts.length > 0) translated.push({ role: "assistant", content: parts });
    } else translated.push(...userOf(content.parts, calls));
  }
  return translated;
};
