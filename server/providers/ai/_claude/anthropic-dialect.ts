import type { ProviderError } from "../../../contracts/vendor-call.ts";
import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { eventsOfMessage } from "./events-of-message.ts";
import { anthropicReader } from "./anthropic-reader.ts";
import { refuseFields } from "../../_wire/refuse-fields.ts";
import type { PlainDialect } from "../../_wire/dialect.ts";
import { tidyAnthropic } from "./tidy-anthropic.ts";
import { failure } from "../../_wire/vendor-failure.ts";

import { anthropicErrors } from "./anthropic-errors.ts";
import { claudeModel } from "./claude-models.ts";
import { withoutSystemTurns } from "./without-system-turns.ts";

/** Tools that Anthropic runs and bills otherwise than by this model's tokens or searches. */
const billedElsewhere = /^(advisor|code_execution|bash_code_execution|text_editor_code_execution)/;

/** Tools that Anthropic runs while it answers, and which it reads the whole conversation for once more. */
const isHosted = (type: string): boolean => /^web_(search|fetch)_/.test(type);
const searchType = /^web_search_\d{8}$/;
const plainSearch = "web_search_20250305";

const notOffered = (): ProviderError =>
  failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
    { message: "A tool that the vendor runs is not offered." },
  );

/** The search's tool with at most the uses that were reserved; refused where none were. */
const boundSearch = (body: JsonRecord, searches: number | undefined): JsonRecord => {
  const tools = arrayAt(body, "tools");
  if (!tools.some((tool) => isHosted(stringAt(tool, "type") ?? ""))) return body;
  return {
    ...body,
    tools: tools.map((tool) => {
      const type = stringAt(tool, "type") ?? "";
      if (!isRecord(tool) || !isHosted(type)) return tool;
      if (searches === undefined || !searchType.test(type)) throw notOffered();
      const { max_uses: asked } = tool;
      // Searches that code makes and reads are passes that nothing counts.
      const callers = type === plainSearch ? {} : { allowed_callers: ["direct"] };
      return { ...tool, ...callers, max_uses: typeof asked === "number" ? Math.min(asked, searches) : searches };
    }),
  };
};

/** Anthropic messages: the model and the output limit are ours. */
export const anthropicDialect: PlainDialect = {
  reader: anthropicReader,
  asEvents: eventsOfMessage,
  errors: anthropicErrors,
  tidy: tidyAnthropic,
  endsStream: (document) => stringAt(document, "type") === "message_stop",
  knownEvents: /^(message|content_block|error)/,
  enforceLimits(body, io) {
    refuseFields(body, {
      service_tier: ["auto", "standard_only"],
      speed: ["standard"],
      fallbacks: [],
      inference_geo: ["global"],
    });
    const refused = arrayAt(body, "tools")
      .map((tool) => stringAt(tool, "type") ?? "")
      .find((type) => billedElsewhere.test(type));
    if (refused !== undefined) throw notOffered();
    // A compaction reads the whole prompt again, and writes beyond the output limit.
    if (
      arrayAt(recordAt(body, "context_management"), "edits").some((edit) =>
        stringAt(edit, "type")?.startsWith("compact"),
      )
    ) {
      throw failure(
        { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
        { message: "Compaction by the vendor is not offered: what it costs cannot be known beforehand." },
      );
    }
    const searching = boundSearch(body, io.searches);
    const { max_tokens: asked } = searching;
    // A model's own limit may lie below the reserved one.
    const limit = typeof asked === "number" ? Math.min(asked, io.maxOutputTokens) : io.maxOutputTokens;
    const taken = claudeModel(io.model).systemTurns ? searching : withoutSystemTurns(searching);
    return { ...taken, model: io.model, max_tokens: limit, service_tier: "standard_only" };
  },
};
