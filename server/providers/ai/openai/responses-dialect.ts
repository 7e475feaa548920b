import { chatErrors } from "../_openai-chat/chat-errors.ts";
import { arrayAt, isRecord, recordAt, stringAt } from "../../_wire/json.ts";
import type { PlainDialect } from "../../_wire/dialect.ts";
import { refuseFields } from "../../_wire/refuse-fields.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { eventsOfResponse } from "./events-of-response.ts";
import { reasons } from "./reasons.ts";
import { endsResponse, responsesReader } from "./responses-reader.ts";

/** Tools that the caller runs. The others have prices of their own. */
const runByCaller = /^(function|custom|namespace|local_shell|apply_patch)$/;

/** Those that the caller runs only where it says so. */
const isRunHere = (tool: unknown): boolean => {
  const type = stringAt(tool, "type") ?? "";
  if (type === "tool_search") return stringAt(tool, "execution") === "client";
  if (type === "shell") return stringAt(recordAt(tool, "environment"), "type") === "local";
  return runByCaller.test(type);
};

const isSearch = (tool: unknown): boolean => /^web_search(_2025_08_26)?$/.test(stringAt(tool, "type") ?? "");

const encrypted = "reasoning.encrypted_content";

/** What a model that thinks encrypts for whoever keeps its conversation; one that does not refuses to be asked. */
const includeOf = (include: readonly unknown[], model: string): readonly unknown[] => {
  const others = include.filter((one) => one !== encrypted);
  return reasons(model) ? [...others, encrypted] : others;
};

/**
 * OpenAI's responses: model, output limit and tier are ours, and so is whatever outlives the call. OpenAI keeps nothing:
 * everyone behind the same key could reach it.
 */
export const openAiResponsesDialect: PlainDialect = {
  reader: responsesReader,
  asEvents: eventsOfResponse,
  // A stream that fails says so in its last response.
  errors: {
    ...chatErrors,
    errorIn: (document) =>
      isRecord(document) && document.type === "response.failed"
        ? (recordAt(recordAt(document, "response"), "error") ?? { code: "server_error" })
        : undefined,
  },
  endsStream: endsResponse,
  knownEvents: /^(response\.|error)/,
  enforceLimits(body, io) {
    refuseFields(body, {
      service_tier: ["auto", "default"],
      previous_response_id: [],
      conversation: [],
      prompt: [],
      context_management: [],
      moderation: [],
    });
    const searches = io.searches !== undefined && arrayAt(body, "tools").some(isSearch);
    const refused = arrayAt(body, "tools").find((tool) => !isRunHere(tool) && !(searches && isSearch(tool)));
    if (refused !== undefined) {
      throw failure(
        { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
        { message: "A tool that the vendor runs is not offered." },
      );
    }
    const { background: _background, include: _include, max_tool_calls: _calls, ...rest } = body;
    const include = includeOf(arrayAt(body, "include"), io.model);
    return {
      ...rest,
      ...(include.length === 0 ? {} : { include }),
      model: io.model,
      max_output_tokens: io.maxOutputTokens,
      ...(searches ? { max_tool_calls: io.searches } : {}),
      store: false,
      service_tier: "default",
    };
  },
};
