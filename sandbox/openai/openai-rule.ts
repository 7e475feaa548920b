import type { JsonObject } from "../read-json.ts";
import type { RefusalRule } from "../refusal.ts";
import type { OpenaiModel } from "./models.ts";

/** What the rules of OpenAI's dialects look at. */
export interface OpenaiInput {
  readonly body: JsonObject;
  readonly model: OpenaiModel;
  /** The model's name as the caller wrote it. */
  readonly named: string;
}

export type OpenaiRule = RefusalRule<OpenaiInput>;

/** Words as OpenAI lists them: `'a', 'b', and 'c'`. */
export function listed(words: readonly string[]): string {
  const quoted = words.map((word) => `'${word}'`);
  const last = quoted.pop() ?? "";
  if (quoted.length === 0) return last;
  return `${quoted.join(", ")}${quoted.length > 1 ? "," : ""} and ${last}`;
}

/** Null is as good as nothing in most of OpenAI's fields. */
export const given = (value: unknown): boolean => value !== undefined && value !== null;
