import type { DialectFixtures } from "../../contract-fixtures.ts";
import { chatFixtures } from "../_openai-chat/chat-fixtures.ts";

const verdict = {
  flagged: true,
  categories: { violence: true, hate: false, illicit: null },
  category_scores: { violence: 0.97, hate: 0, illicit: "none" },
  category_applied_input_types: { violence: ["text", "image"], hate: ["text"] },
};
const answerOf = (results: unknown): unknown => ({ id: "modr-1", model: "model-2026-01-01", results });

// Origin: platform.openai.com/docs/api-reference/moderations.
const moderation: DialectFixtures["moderation"] = {
  answer: answerOf([verdict]),
  units: { request: 1 },
  result: { flagged: true, categories: { violence: true, hate: false }, scores: { violence: 0.97, hate: 0 } },
  path: "/moderations",
  body: {
    model: "model-x",
    input: [
      { type: "text", text: "Look at this" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      { type: "image_url", image_url: { url: "https://pictures.example.com/a.png" } },
    ],
  },
  unreadable: [
    answerOf([]),
    answerOf([verdict, verdict]),
    answerOf([{ ...verdict, flagged: "false" }]),
    answerOf(verdict),
    {},
  ],
};

export const contractFixtures: DialectFixtures = {
  ...chatFixtures,
  models: ["gpt-4o-mini", "gpt-4o"],
  moderation,
  reasoner: "gpt-5-mini",
};
