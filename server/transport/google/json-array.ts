import { parseSseEvent } from "../../contracts/sse-event.ts";
import type { DoorReply } from "../door-request.ts";

const events = /[^]*?(?:\r\n\r\n|\n\n|\r\r)/g;

/**
 * A stream of events as the elements of one JSON list, which is what Google sends where no events are asked for. What is no
 * event becomes white space, so that the connection shows life.
 */
export async function* jsonArrayOf(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<string, void, void> {
  let begun = false;
  for await (const piece of stream) {
    let written = "";
    for (const [event] of Buffer.from(piece).toString("utf8").matchAll(events)) {
      const { data } = parseSseEvent(Buffer.from(event), true);
      if (data === undefined) continue;
      written += `${begun ? "," : "["}${data}\n`;
      begun = true;
    }
    yield written === "" ? "\n" : written;
  }
  yield begun ? "]" : "[]";
}

const isStream = (body: DoorReply["body"]): body is AsyncIterable<string | Uint8Array> =>
  typeof body !== "string" && !(body instanceof Uint8Array);

/** A streamed reply in the form of one JSON list. */
export const asJsonArray = (reply: DoorReply): DoorReply =>
  isStream(reply.body)
    ? {
        ...reply,
        headers: { ...reply.headers, "content-type": "application/json; charset=UTF-8" },
        body: jsonArrayOf(reply.body),
      }
    : reply;
