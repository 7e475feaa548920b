export { chatFixtures as contractFixtures } from "../_openai-chat/chat-fixtures.ts";
