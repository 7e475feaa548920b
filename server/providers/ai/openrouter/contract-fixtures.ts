import type { DialectFixtures } from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  models: ["openai/gpt-4o-mini", "openai/gpt-4o"],
};
