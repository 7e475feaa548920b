export { createAnthropicDoor } from "./door.ts";
export { anthropicErrorReply } from "./encode-anthropic-error.ts";
export { speaksAnthropic } from "./speaks-anthropic.ts";
