import type { DialectFixtures } from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  models: ["house-model", "garden-model"],
};
