import type { DialectFixtures } from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  models: ["meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-8B"],
};
