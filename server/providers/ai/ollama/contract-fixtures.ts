import type { DialectFixtures } from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  models: ["llama3.2:3b", "qwen3:8b"],
};
