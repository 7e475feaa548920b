import type { WireObject } from "./responses-deps.ts";

const isObject = (value: unknown): value is WireObject => typeof value === "object" && value !== null;

const textIn = (content: unknown): string => {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((block: unknown) => (isObject(block) ? textIn(block["text"]) : "")).join("");
};

/** The words of items or steps, whichever API's they are: a paragraph each, and nothing of what has none. */
export const wordsOfItems = (items: readonly WireObject[]): string =>
  items
    .map(({ content, text }) => textIn(content ?? text))
    .filter((words) => words !== "")
    .join("\n\n");
