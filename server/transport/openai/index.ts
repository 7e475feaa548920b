export { createOpenAiDoor } from "./door.ts";
export { openAiErrorReply } from "./encode-openai-error.ts";
export type { ModelsSource } from "./models.ts";
