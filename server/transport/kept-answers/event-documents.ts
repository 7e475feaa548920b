import { parseSseEvent } from "../../contracts/sse-event.ts";
import type { DoorReply } from "../door-request.ts";

/** The documents in a piece of an event stream; comments are none. */
export const documentsIn = (chunk: string | Uint8Array): readonly string[] =>
  Buffer.from(chunk)
    .toString("utf8")
    .split(/\r\n\r\n|\n\n|\r\r/)
    .flatMap((event) => parseSseEvent(Buffer.from(event), true).data ?? []);

/** Whether a reply comes piece by piece. */
export const isStreamed = (body: DoorReply["body"]): body is AsyncIterable<string | Uint8Array> =>
  typeof body !== "string" && !(body instanceof Uint8Array);

/** Ends streams of some APIs, and is no document. */
const done = "[DONE]";

/** The events of a reply, read. */
export async function* eventDocuments(
  body: DoorReply["body"],
): AsyncGenerator<Readonly<Record<string, unknown>>, void, void> {
  if (!isStreamed(body)) return;
  for await (const chunk of body)
    for (const document of documentsIn(chunk)) {
      if (document === done) continue;
      const event: unknown = JSON.parse(document);
      if (typeof event === "object" && event !== null) yield { ...event };
    }
}
