import { doneData } from "./done-data.ts";
import type { Framer } from "./framer.ts";

const nothing = new Uint8Array();

/** Hands the bytes of a file on as they come; that it came to its end is said at the end. */
export const binaryFramer = (): Framer => ({
  push: (chunk) => (chunk.byteLength === 0 ? [] : [{ raw: chunk, event: undefined, data: undefined }]),
  rest: () => ({ raw: nothing, event: undefined, data: doneData }),
});
