import { arrayAt, recordAt, stringAt } from "../../_wire/json.ts";
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
    if (refused !== undefined) {
      throw failure(
        { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
        { message: "A tool that the vendor runs is not offered." },
      );
    }
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
    const { max_tokens: asked } = body;
    // A model's own limit may lie below the reserved one.
    const limit = typeof asked === "number" ? Math.min(asked, io.maxOutputTokens) : io.maxOutputTokens;
    const taken = claudeModel(io.model).systemTurns ? body : withoutSystemTurns(body);
    return { ...taken, model: io.model, max_tokens: limit, service_tier: "standard_only" };
  },
};
