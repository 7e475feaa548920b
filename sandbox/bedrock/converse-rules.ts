import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { RefusalRule } from "../refusal.ts";
import { findMisfit } from "../shape.ts";
import { converseShape } from "./converse-shape.ts";

type ConverseRule = RefusalRule<JsonObject>;

const messagesIn = (body: JsonObject) => listOf(body["messages"]).map(objectOf);
const blocksIn = (message: JsonObject) => listOf(message["content"]).map(objectOf);

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
const fields: ConverseRule = (body) => {
  const misfit = findMisfit(converseShape, body);
  if (misfit === undefined) return undefined;
  const place = misfit.path.join(".");
  return invalid(
    misfit.problem === "unknown"
      ? `The model returned the following errors: ${place}: Extra inputs are not permitted`
      : `1 validation error detected: Value at '${place}' failed to satisfy constraint: Member must ${misfit.problem === "missing" ? "not be null" : "satisfy enum value set or type"}`,
  );
};

// …/API_runtime_Message.html, …/userguide/conversation-inference-call.html: roles take turns, and a user begins
const turns: ConverseRule = (body) => {
  const roles = messagesIn(body).map((message) => message["role"]);
  if (roles[0] !== "user")
    return invalid(
      "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
    );
  return roles.some((role, at) => role === roles[at - 1])
    ? invalid(
        "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
      )
    : undefined;
};

// …/API_runtime_ContentBlock.html
const blanks: ConverseRule = (body) => {
  const texts = [...messagesIn(body).flatMap(blocksIn), ...listOf(body["system"]).map(objectOf)];
  return texts.some(({ text }) => typeof text === "string" && text.trim() === "")
    ? invalid("The text field in the ContentBlock object is blank. Add text to the text field, and try again.")
    : undefined;
};

// …/userguide/tool-use-inference-call.html: results answer the calls of the turn before, and tools are named again
const tools: ConverseRule = (body) => {
  const messages = messagesIn(body);
  const blocks = messages.flatMap(blocksIn);
  const used = blocks.some((block) => block["toolUse"] !== undefined || block["toolResult"] !== undefined);
  if (used && body["toolConfig"] === undefined)
    return invalid("The toolConfig field must be defined when using toolUse and toolResult content blocks.");
  for (const [at, message] of messages.entries()) {
    const before = blocksIn(messages[at - 1] ?? {});
    const ids = before.flatMap((block) => {
      const id = objectOf(block["toolUse"])["toolUseId"];
      return typeof id === "string" ? [id] : [];
    });
    const results = blocksIn(message)
      .filter((block) => block["toolResult"] !== undefined)
      .map((block) => stringOf(objectOf(block["toolResult"])["toolUseId"]));
    if (results.some((id) => !ids.includes(id)))
      return invalid("The number of toolResult blocks exceeds the number of toolUse blocks of previous turn.");
    if (ids.length > 0 && message["role"] === "user" && results.length < ids.length)
      return invalid(`Expected toolResult blocks for the following Ids: ${ids.join(", ")}`);
  }
  const wrong = blocks
    .map((block) => objectOf(block["toolUse"])["toolUseId"])
    .find((id) => id !== undefined && !/^[a-zA-Z0-9_-]{1,64}$/.test(stringOf(id)));
  return wrong === undefined
    ? undefined
    : invalid(
        `Value '${stringOf(wrong)}' at 'toolUseId' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+`,
      );
};

/** Everything that Converse refuses here, in the order in which it is looked at. */
export const converseRules: readonly ConverseRule[] = [fields, turns, blanks, tools];
