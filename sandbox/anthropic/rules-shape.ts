import { invalid } from "../refusal.ts";
import { findMisfit } from "../shape.ts";
import type { ObjectShape, Misfit } from "../shape.ts";
import type { MessagesRule } from "./messages-rule.ts";
import { claudeCountTokensShape, messagesShape } from "./shapes.ts";
import type { OffersBeta } from "./shapes.ts";
import { hasBeta } from "./thinking.ts";

const kinds: Readonly<Record<string, string>> = {
  string: "a valid string",
  integer: "a valid integer",
  number: "a valid number",
  boolean: "a valid boolean",
  list: "a valid list",
  object: "a valid dictionary",
};

/** Words as the vendor lists them: `'a', 'b' or 'c'`. */
function either(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}

function sentence({ problem, wanted, value, path }: Misfit): string {
  if (problem === "unknown") return "Extra inputs are not permitted";
  if (problem === "missing") return "Field required";
  if (problem === "word") return `Input should be ${either(wanted)}`;
  if (problem === "tag") {
    const expected = wanted.map((one) => `'${one}'`).join(", ");
    return `Input tag '${String(value)}' found using '${String(path.at(-1))}' does not match any of the expected tags: ${expected}`;
  }
  return `Input should be ${wanted.map((kind) => kinds[kind]).find((one) => one !== undefined) ?? "valid"}`;
}

/** The tag itself is not part of the vendor's path to it. */
const placeOf = ({ problem, path }: Misfit): string => (problem === "tag" ? path.slice(0, -1) : path).join(".");

const fits =
  (shape: (offers: OffersBeta) => ObjectShape): MessagesRule =>
  ({ body, headers }) => {
    const misfit = findMisfit(
      shape((beta) => hasBeta(headers, beta)),
      body,
    );
    return misfit && invalid(`${placeOf(misfit)}: ${sentence(misfit)}`);
  };

/** Unknown, missing and mistyped fields of a message: https://platform.claude.com/docs/en/api/messages */
export const messagesFit: MessagesRule = fits(messagesShape);

/** The same of a count: https://platform.claude.com/docs/en/api/messages-count-tokens */
export const countFits: MessagesRule = fits(claudeCountTokensShape);
