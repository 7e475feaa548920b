export { createOpenAiDoor } from "./door.ts";
export { openAiErrorReply } from "./encode-openai-error.ts";
export { transcriptUsage } from "./encode-usage.ts";
