import { NexusError } from "../../errors.ts";
import type { DoorRequest } from "../door-request.ts";

/** Of a file that is larger than any vendor takes, or than was said. */
export const fileTooLarge = (maxBytes: number): NexusError =>
  new NexusError("PAYLOAD_TOO_LARGE", {
    message: `A file may have at most ${maxBytes} bytes here.`,
    details: { maxBytes },
  });

/** The body of an upload as it comes, up to a bound. */
export async function* chunksOfBody(request: DoorRequest, maxBytes: number): AsyncGenerator<Uint8Array, void, void> {
  if (request.chunks === undefined) {
    yield await request.body(maxBytes);
    return;
  }
  let size = 0;
  for await (const chunk of request.chunks()) {
    size += chunk.byteLength;
    if (size > maxBytes) throw fileTooLarge(maxBytes);
    yield chunk;
  }
}
