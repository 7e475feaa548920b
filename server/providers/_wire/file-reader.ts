import type { Reader } from "./reader.ts";

/** Of an answer that is a file, and tells nothing of what it used: that it came to its end is all there is to be read. */
export const fileReader = (): Reader => {
  let complete = false;
  return {
    read: () => undefined,
    done() {
      complete = true;
    },
    begun: () => complete,
    reading: (vendorRequestId) => ({
      units: null,
      final: false,
      rawUsage: undefined,
      responseModel: undefined,
      vendorRequestId,
      deliveredBytes: 0,
      complete,
    }),
  };
};
