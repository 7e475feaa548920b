import { defineAiOperation } from "./ai-operation.ts";
import { EmbedInput, EmbedOutput } from "./ai/embed.ts";
import { EstimateInput, EstimateOutput } from "./ai/estimate.ts";
import {
  DeletedFile,
  FileContent,
  DeleteFileInput,
  FileOfInput,
  FileView,
  ListFilesInput,
  ListFilesOutput,
  UploadFileInput,
} from "./ai/files.ts";
import { GenerateObjectInput, GenerateObjectOutput } from "./ai/generate-object.ts";
import { GenerateImageInput, GenerateImageOutput } from "./ai/generate-image.ts";
import { GenerateSpeechInput, GenerateSpeechOutput } from "./ai/generate-speech.ts";
import { GenerateTextInput, GenerateTextOutput } from "./ai/generate-text.ts";
import { ModelsInput, ModelsOutput } from "./ai/models.ts";
import { ModerateInput, ModerateOutput } from "./ai/moderate.ts";
import { RerankInput, RerankOutput } from "./ai/rerank.ts";
import { StreamPart } from "./ai/stream-text.ts";
import { TranscribeInput, TranscribeOutput } from "./ai/transcribe.ts";
import { defineOperation } from "./operation.ts";

/** The metered operations of the AI family, and its free listing. */
export const ai = {
  generateText: defineAiOperation({
    id: "ai.generateText",
    family: "ai",
    effect: "read",
    skill: "text",
    unitClasses: ["input", "output"],
    permission: "srv_nexus.ai:invoke",
    summary: "Generate text, tool calls or a JSON object",
    input: GenerateTextInput,
    output: GenerateTextOutput,
  }),
  streamText: defineAiOperation({
    id: "ai.streamText",
    family: "ai",
    effect: "read",
    skill: "text",
    unitClasses: ["input", "output"],
    permission: "srv_nexus.ai:invoke",
    summary: "Generate text as a stream of parts",
    input: GenerateTextInput,
    output: StreamPart,
  }),
  generateObject: defineAiOperation({
    id: "ai.generateObject",
    family: "ai",
    effect: "read",
    skill: "text",
    by: "generateText",
    unitClasses: ["input", "output"],
    permission: "srv_nexus.ai:invoke",
    summary: "Generate an object that fits a JSON schema",
    input: GenerateObjectInput,
    output: GenerateObjectOutput,
  }),
  embed: defineAiOperation({
    id: "ai.embed",
    family: "ai",
    effect: "read",
    skill: "embeddings",
    unitClasses: ["input"],
    permission: "srv_nexus.ai:invoke",
    summary: "Turn texts into vectors",
    input: EmbedInput,
    output: EmbedOutput,
  }),
  moderate: defineAiOperation({
    id: "ai.moderate",
    family: "ai",
    effect: "read",
    skill: "moderation",
    unitClasses: ["input"],
    permission: "srv_nexus.ai:invoke",
    summary: "Judge whether texts and images are harmful",
    input: ModerateInput,
    output: ModerateOutput,
  }),
  rerank: defineAiOperation({
    id: "ai.rerank",
    family: "ai",
    effect: "read",
    skill: "reranking",
    unitClasses: [],
    madeIn: ["search", "input"],
    permission: "srv_nexus.ai:invoke",
    summary: "Put documents in the order in which they answer a query",
    input: RerankInput,
    output: RerankOutput,
  }),
  generateImage: defineAiOperation({
    id: "ai.generateImage",
    family: "ai",
    effect: "read",
    skill: "image",
    unitClasses: [],
    madeIn: ["outputImage", "image"],
    permission: "srv_nexus.ai:invoke",
    summary: "Make images of a description",
    input: GenerateImageInput,
    output: GenerateImageOutput,
  }),
  generateSpeech: defineAiOperation({
    id: "ai.generateSpeech",
    family: "ai",
    effect: "read",
    skill: "speech",
    unitClasses: [],
    madeIn: ["outputAudio", "character", "second"],
    permission: "srv_nexus.ai:invoke",
    summary: "Say a text",
    input: GenerateSpeechInput,
    output: GenerateSpeechOutput,
  }),
  transcribe: defineAiOperation({
    id: "ai.transcribe",
    family: "ai",
    effect: "read",
    skill: "transcription",
    unitClasses: [],
    madeIn: ["inputAudio", "second"],
    permission: "srv_nexus.ai:invoke",
    summary: "Write down what is said in a recording",
    input: TranscribeInput,
    output: TranscribeOutput,
  }),
  estimate: defineOperation({
    id: "ai.estimate",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:invoke",
    summary: "Tell the most that a call can cost, and where it would go; nothing is sent or set aside",
    input: EstimateInput,
    output: EstimateOutput,
  }),
  models: defineOperation({
    id: "ai.models",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:read",
    summary: "List the models the caller may use, with prices",
    input: ModelsInput,
    output: ModelsOutput,
  }),
  // Vendors bill nothing for keeping files: nothing is reserved for them, and there is no ledger row.
  uploadFile: defineOperation({
    id: "ai.files.upload",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:invoke",
    summary: "Upload a file to a vendor, so that calls can refer to it",
    input: UploadFileInput,
    output: FileView,
  }),
  listFiles: defineOperation({
    id: "ai.files.list",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:read",
    summary: "List the organization's files",
    input: ListFilesInput,
    output: ListFilesOutput,
  }),
  getFile: defineOperation({
    id: "ai.files.get",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:read",
    summary: "Read what is known of a file",
    input: FileOfInput,
    output: FileView,
  }),
  deleteFile: defineOperation({
    id: "ai.files.delete",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:invoke",
    summary: "Delete a file, at its vendor too",
    input: DeleteFileInput,
    output: DeletedFile,
  }),
  fileContent: defineOperation({
    id: "ai.files.content",
    family: "ai",
    effect: "read",
    permission: "srv_nexus.ai:invoke",
    summary: "Read the contents of a file at its vendor",
    input: FileOfInput,
    output: FileContent,
  }),
} as const;

/** What a model can be asked for. */
export type ModelSkill = Extract<(typeof ai)[keyof typeof ai], { readonly skill: string }>["skill"];
