import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultOutput,
  LanguageModelV4ToolResultPart,
} from "@ai-sdk/provider";
import type { GenerateTextInput } from "../types.ts";
import { base64Of } from "./base64-of.ts";
import { vendorOptionsOf } from "./call-choices.ts";
import { UnsupportedByNexusError } from "./unsupported-by-nexus-error.ts";
import { presentFields } from "./present-fields.ts";

type Message = NonNullable<GenerateTextInput["messages"]>[number];
type Content<Role extends Message["role"]> = Exclude<Extract<Message, { role: Role }>["content"], string>[number];
type FilePart = Extract<Content<"user">, { type: "file" }>;
type ToolResult = Content<"tool">;

const contentsOf = ({ data }: Pick<LanguageModelV4FilePart, "data">): Pick<FilePart, "data" | "url" | "fileId"> => {
  if (data.type === "url") return { url: data.url.href };
  if (data.type === "text") return { data: base64Of(new TextEncoder().encode(data.text)) };
  if (data.type === "data") return { data: typeof data.data === "string" ? data.data : base64Of(data.data) };
  const fileId = data.reference["nexus"];
  if (fileId !== undefined) return { fileId };
  throw new UnsupportedByNexusError(
    "file references of other providers",
    "A file is named by the id that nexus.ai.files.upload answered, as the reference of `nexus`; or send its data or its address.",
  );
};

const filePart = (
  part: Pick<LanguageModelV4FilePart, "data" | "mediaType" | "filename" | "providerOptions">,
): FilePart => ({
  type: "file",
  mediaType: part.mediaType,
  ...contentsOf(part),
  ...presentFields({ filename: part.filename }),
  ...vendorOptionsOf(part),
});

const toolOutput = (output: LanguageModelV4ToolResultOutput): ToolResult["output"] => {
  switch (output.type) {
    case "text":
    case "error-text":
      return { type: output.type, value: output.value };
    case "json":
    case "error-json":
      return { type: output.type, value: JSON.parse(JSON.stringify(output.value)) };
    case "execution-denied":
      return { type: "error-text", value: output.reason ?? "The tool was not allowed to run." };
    case "content":
      return {
        type: "content",
        value: output.value.map((part) => {
          if (part.type === "text") return { type: "text", text: part.text, ...vendorOptionsOf(part) };
          if (part.type === "file") return filePart(part);
          throw new UnsupportedByNexusError("custom tool results", "A tool's result may have texts and files.");
        }),
      };
  }
};

const toolResult = (part: LanguageModelV4ToolResultPart): ToolResult => ({
  type: "tool-result",
  toolCallId: part.toolCallId,
  toolName: part.toolName,
  output: toolOutput(part.output),
  ...vendorOptionsOf(part),
});

type AssistantPart = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];

const assistantPart = (part: AssistantPart): Content<"assistant"> => {
  switch (part.type) {
    case "text":
    case "reasoning":
      return { type: part.type, text: part.text, ...vendorOptionsOf(part) };
    case "file":
      return filePart(part);
    case "tool-call":
      return {
        type: "tool-call",
        toolCallId: part.toolCallId,
        toolName: part.toolName,
        input: JSON.parse(JSON.stringify(part.input ?? null)),
        ...vendorOptionsOf(part),
      };
    default:
      throw new UnsupportedByNexusError(
        `${part.type} in a message of the assistant`,
        `Nexus carries texts, reasoning, files and tool calls of the assistant, not ${part.type}.`,
      );
  }
};

const messageOf = (message: LanguageModelV4Message): Message => {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content, ...vendorOptionsOf(message) };
    case "user":
      return {
        role: "user",
        content: message.content.map((part) =>
          part.type === "text" ? { type: "text", text: part.text, ...vendorOptionsOf(part) } : filePart(part),
        ),
        ...vendorOptionsOf(message),
      };
    case "assistant":
      return { role: "assistant", content: message.content.map(assistantPart), ...vendorOptionsOf(message) };
    case "tool":
      return {
        role: "tool",
        // What a person answered is told by the results: of a tool that was not allowed to run there is one, too.
        content: message.content.flatMap((part) => (part.type === "tool-result" ? [toolResult(part)] : [])),
        ...vendorOptionsOf(message),
      };
  }
};

/** The AI SDK's prompt as the messages that `ai.generateText` takes. */
export const toMessages = (prompt: LanguageModelV4Prompt): Message[] =>
  prompt.map(messageOf).filter(({ role, content }) => role !== "tool" || content.length > 0);
