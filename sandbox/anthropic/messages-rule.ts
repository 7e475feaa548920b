import type { IncomingHttpHeaders } from "node:http";
import type { JsonObject } from "../read-json.ts";
import type { RefusalRule } from "../refusal.ts";
import type { ClaudeModel } from "./models.ts";

/** What the rules of the messages dialect look at. */
export interface MessagesInput {
  readonly body: JsonObject;
  readonly model: ClaudeModel;
  /** The model's name as the caller wrote it. */
  readonly named: string;
  readonly headers: IncomingHttpHeaders;
}

export type MessagesRule = RefusalRule<MessagesInput>;
