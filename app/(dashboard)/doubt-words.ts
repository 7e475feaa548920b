import type { CallDetails } from "../_data/answers.ts";

type Doubt = NonNullable<CallDetails["doubt"]>;

/** Why nobody could tell what a call has cost, in a sentence. */
export const doubtWords: Readonly<Record<Doubt, string>> = {
  timeout: "The vendor did not answer in time, but may have done the work.",
  cut: "The connection broke before the vendor's answer was complete.",
  unreadable: "The vendor's answer could not be parsed.",
  too_large: "The vendor's answer exceeded the size limit.",
  server_error: "The vendor failed after the request had been sent, and may bill it.",
  left: "The caller disconnected after the request had been sent, and the rest of the answer was not read.",
  process_lost: "The gateway process that made the call was killed, or was paused for too long.",
};

type Resolution = NonNullable<CallDetails["resolution"]>;

/** Who said how it ended. */
export const resolutionWords: Readonly<Record<Resolution["by"], string>> = {
  policy: "Settled automatically at the amount held",
  lookup: "Looked up at the vendor",
  replay: "The same request was sent again under the vendor's key",
  report: "Reported by the app",
  operator: "Entered by hand",
  import: "Imported from the vendor's bill",
};
