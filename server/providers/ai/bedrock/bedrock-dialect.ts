import { EventStreamFramer } from "../../_wire/event-stream-framer.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { isRecord, recordAt, type JsonRecord } from "../../_wire/json.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { bedrockErrors } from "./bedrock-errors.ts";
import { bedrockReader } from "./bedrock-reader.ts";
import { encodeEvent } from "./encode-event.ts";
import { eventsOfConverse } from "./events-of-converse.ts";
import { tidyBedrock } from "./tidy-bedrock.ts";
import { signForBedrock } from "./sign-for-bedrock.ts";

/** Members of a Converse request; others would buy guardrails, prompts or tiers that were not reserved. */
const taken: ReadonlySet<string> = new Set([
  "system",
  "messages",
  "inferenceConfig",
  "toolConfig",
  "additionalModelRequestFields",
  "additionalModelResponseFieldPaths",
]);

/** Members that a maker's own request may have beside: how it thinks and samples, and no tools that run at a vendor. */
const takenOfMakers: ReadonlySet<string> = new Set([
  "thinking",
  "output_config",
  "reasoning",
  "reasoning_effort",
  "reasoningConfig",
  "inferenceConfig",
  "top_k",
  "tool_choice",
  "anthropic_beta",
]);

const refuseOthers = (body: JsonRecord | undefined, known: ReadonlySet<string>, place: string): void => {
  const other = Object.keys(body ?? {}).find((name) => !known.has(name) && body?.[name] !== undefined);
  if (other === undefined) return;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
    { message: `The field ${place}${other} is not offered.` },
  );
};

/** The wire of Converse. */
export const bedrockDialect: Dialect = {
  reader: bedrockReader,
  enforceLimits({ stream: _stream, stream_options: _options, ...body }, io) {
    refuseOthers(body, taken, "");
    refuseOthers(recordAt(body, "additionalModelRequestFields"), takenOfMakers, "additionalModelRequestFields.");
    const config = recordAt(body, "inferenceConfig") ?? {};
    return { ...body, inferenceConfig: { ...config, maxTokens: io.maxOutputTokens } };
  },
  errors: bedrockErrors,
  framer: () => new EventStreamFramer(),
  // A message's name is the member under which its document stands.
  adjust: (document, event) =>
    event === undefined || event === "" ? undefined : { [event]: withoutPadding(document) },
  asEvents: eventsOfConverse,
  encode: encodeEvent,
  tidy: tidyBedrock,
  sign: signForBedrock,
};

/** `p` only makes messages of one length: https://docs.aws.amazon.com/bedrock/latest/userguide/data-protection.html */
const withoutPadding = (document: JsonRecord): JsonRecord => {
  if (!isRecord(document)) return document;
  const { p: _padding, ...rest } = document;
  return rest;
};
