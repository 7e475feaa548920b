import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import type { Refusal } from "../refusal.ts";
import { isEncryptedReasoning, readItemId } from "./item-ids.ts";
import { given } from "./openai-rule.ts";
import type { OpenaiRule } from "./openai-rule.ts";

const itemsOf = (body: JsonObject): readonly JsonObject[] => listOf(body["input"]).map(objectOf);

// https://platform.openai.com/docs/guides/conversation-state
const storedResponse: OpenaiRule = ({ body }) => {
  const id = body["previous_response_id"];
  if (!given(id)) return undefined;
  if (!stringOf(id).startsWith("resp")) {
    return invalid(
      `Invalid 'previous_response_id': '${stringOf(id)}'. Expected an ID that begins with 'resp'.`,
      "previous_response_id",
      "invalid_value",
    );
  }
  return readItemId(stringOf(id))?.stored === true
    ? undefined
    : invalid(
        `Previous response with id '${stringOf(id)}' not found.`,
        "previous_response_id",
        "previous_response_not_found",
      );
};

const notFound = (id: string): Refusal => ({
  status: 404,
  message: `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`,
  param: "input",
  code: null,
});

// https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items; Codex and the AI SDK send encrypted
// reasoning without its id where nothing is stored.
const keptItems: OpenaiRule = ({ body }) => {
  for (const [at, item] of itemsOf(body).entries()) {
    const id = stringOf(item["id"]);
    const encrypted = item["encrypted_content"];
    if (item["type"] === "reasoning" && !given(item["id"]) && !given(encrypted)) {
      const place = `input[${at}].id`;
      return invalid(`Missing required parameter: '${place}'.`, place, "missing_required_parameter");
    }
    if (item["type"] === "reasoning" && given(encrypted) && !isEncryptedReasoning(stringOf(encrypted))) {
      return invalid(
        `The encrypted content for item ${id} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`,
        null,
        "invalid_encrypted_content",
      );
    }
    const refers = item["type"] === "item_reference" || (item["type"] === "reasoning" && !given(encrypted));
    if (refers && readItemId(id)?.stored !== true) return notFound(id);
  }
  return undefined;
};

const follows = (item: JsonObject | undefined): boolean =>
  item !== undefined && item["type"] !== "function_call_output" && (item["role"] ?? "assistant") === "assistant";

// https://platform.openai.com/docs/guides/reasoning#keeping-reasoning-items-in-context
const reasoningInPlace: OpenaiRule = ({ body }) => {
  const items = itemsOf(body);
  const lone = items.find((item, at) => item["type"] === "reasoning" && !follows(items[at + 1]));
  if (lone !== undefined) {
    return invalid(
      `Item '${stringOf(lone["id"])}' of type 'reasoning' was provided without its required following item.`,
      "input",
    );
  }
  const reasoned = items
    .filter((item) => item["type"] === "reasoning" || item["type"] === "item_reference")
    .map((item) => readItemId(stringOf(item["id"]))?.answer);
  for (const item of items) {
    const origin = item["type"] === "function_call" ? readItemId(stringOf(item["id"])) : undefined;
    if (origin?.reasoned === true && !reasoned.includes(origin.answer)) {
      const id = stringOf(item["id"]);
      return invalid(
        `Item '${id}' of type 'function_call' was provided without its required 'reasoning' item: '${id.replace(/^fc/, "rs").replace(/\d+$/, "0")}'.`,
        "input",
      );
    }
  }
  return undefined;
};

const someInput: OpenaiRule = ({ body }) =>
  ["input", "prompt", "previous_response_id", "conversation"].every((name) => !given(body[name]))
    ? invalid("Missing required parameter: 'input'.", "input", "missing_required_parameter")
    : undefined;

/** What responses refuse about the items of a conversation. */
export const itemRules: readonly OpenaiRule[] = [someInput, storedResponse, keptItems, reasoningInPlace];
