import { EventStreamCodec } from "@smithy/core/event-streams";
import { isRecord } from "../../_wire/json.ts";

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text, "utf8"),
);

/** An event that stands under its name, as a message of a binary event stream. */
export const encodeEvent = (document: unknown): Uint8Array => {
  const [name = "", payload] = isRecord(document) ? (Object.entries(document)[0] ?? []) : [];
  return codec.encode({
    headers: {
      ":message-type": { type: "string", value: "event" },
      ":event-type": { type: "string", value: name },
      ":content-type": { type: "string", value: "application/json" },
    },
    body: Buffer.from(JSON.stringify(payload ?? {})),
  });
};
