export type { NexusCallOptions } from "./call-options.ts";
export { createNexusClient, type NexusClientOptions } from "./create-nexus-client.ts";
export type { NexusCredential } from "./credential.ts";
export { withCustomer } from "./customer.ts";
export {
  generateObject,
  ObjectMismatchError,
  type GeneratedObject,
  type ObjectRequest,
  type StandardObjectSchema,
} from "./generate-object.ts";
export { withIdempotencyKey } from "./idempotency.ts";
export type { NexusClient } from "./nexus-client.ts";
export {
  NexusClientError,
  type NexusEffect,
  type NexusErrorCode,
  type NexusFieldIssue,
  type NexusServerErrorCode,
} from "./nexus-client-error.ts";
export { NexusErrorCodes, type NexusErrorCodeTable } from "./nexus-error-codes.ts";
export type { NexusOperations } from "./operations.ts";
export { uploadFile, type FileToUpload, type UploadedFile, type UploadFileOptions } from "./upload-file.ts";
export { withMaxAttempts } from "./retry.ts";
export type { AppRouter } from "./router.ts";
export type {
  EmbedInput,
  EmbedOutput,
  GenerateObjectInput,
  GenerateObjectOutput,
  GenerateTextInput,
  GenerateTextOutput,
  NexusFacts,
  NexusInputs,
  NexusOutputs,
  StreamPart,
} from "./types.ts";
