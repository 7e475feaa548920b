import { NexusError } from "../../errors.ts";
import { requireShallow } from "../read-json.ts";

const newline = 10;

/** The lines of what comes, without their breaks; empty ones are left out. Fails beyond so many bytes of one line. */
export async function* jsonLinesOf(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<string, void, void> {
  let held: Buffer[] = [];
  let size = 0;
  const take = (): string => {
    const text = Buffer.concat(held).toString("utf8").trim();
    held = [];
    size = 0;
    return text;
  };
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, from)) {
      held.push(bytes.subarray(from, at));
      from = at + 1;
      const line = take();
      if (line !== "") yield line;
    }
    // A copy: what the chunk lies in may be used again.
    held.push(Buffer.from(bytes.subarray(from)));
    size += bytes.byteLength - from;
    if (size > mostBytes)
      throw new NexusError("PAYLOAD_TOO_LARGE", {
        message: `A line may have at most ${mostBytes} bytes here.`,
        details: { maxBytes: mostBytes },
      });
  }
  const last = take();
  if (last !== "") yield last;
}

/** A line as JSON; undefined for what is none, or is nested too deeply to be read safely. */
export const parseLine = (line: string): unknown => {
  try {
    requireShallow(line);
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
};
