import { stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import { blocksOf, messagesOf } from "./content.ts";
import type { MessagesRule } from "./messages-rule.ts";

// https://platform.claude.com/docs/en/api/messages#body-messages
const someMessage: MessagesRule = ({ body }) =>
  messagesOf(body).length === 0 ? invalid("messages: at least one message is required") : undefined;

// A system message in between is new: https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
const knownRoles: MessagesRule = ({ body, model }) => {
  const [first, ...others] = messagesOf(body);
  if (first?.["role"] === "system") {
    return invalid(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  }
  if (!model.systemTurns && others.some((message) => message["role"] === "system")) {
    return invalid("role 'system' is not supported on this model");
  }
  return first?.["role"] === "assistant" ? invalid('messages: first message must use the "user" role') : undefined;
};

const isEmpty = (message: JsonObject): boolean => {
  const { content } = message;
  return content === "" || (Array.isArray(content) && content.length === 0);
};

const someContent: MessagesRule = ({ body }) => {
  const messages = messagesOf(body);
  const at = messages.findIndex(
    (message, index) => isEmpty(message) && !(index === messages.length - 1 && message["role"] === "assistant"),
  );
  return at < 0
    ? undefined
    : invalid(
        `messages.${at}: all messages must have non-empty content except for the optional final assistant message`,
      );
};

const texts = (blocks: readonly JsonObject[]): readonly JsonObject[] =>
  blocks.flatMap((block) => {
    if (block["type"] === "text") return [block];
    return Array.isArray(block["content"]) ? texts(blocksOf(block["content"])) : [];
  });

// https://platform.claude.com/docs/en/api/errors: what is sent has something to say.
const filledTexts: MessagesRule = ({ body }) => {
  const inMessages = messagesOf(body)
    .filter((message) => !isEmpty(message))
    .flatMap((message) => texts(blocksOf(message["content"])));
  const inSystem = Array.isArray(body["system"]) ? texts(blocksOf(body["system"])) : [];
  for (const [place, blocks] of [
    ["messages", inMessages],
    ["system", inSystem],
  ] as const) {
    if (blocks.some((block) => block["text"] === "")) return invalid(`${place}: text content blocks must be non-empty`);
    if (blocks.some((block) => stringOf(block["text"]).trim() === "")) {
      return invalid(`${place}: text content blocks must contain non-whitespace text`);
    }
  }
  return undefined;
};

// https://platform.claude.com/docs/en/build-with-claude/working-with-messages#putting-words-in-claudes-mouth
const continuedAnswer: MessagesRule = ({ body, model }) => {
  const last = messagesOf(body).at(-1);
  if (last?.["role"] !== "assistant") return undefined;
  if (!model.prefill) {
    return invalid(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  const text = stringOf(blocksOf(last["content"]).at(-1)?.["text"]);
  return text === text.trimEnd()
    ? undefined
    : invalid("messages: final assistant content cannot end with trailing whitespace");
};

/** What is refused about the messages as such. */
export const conversationRules: readonly MessagesRule[] = [
  someMessage,
  knownRoles,
  someContent,
  filledTexts,
  continuedAnswer,
];
