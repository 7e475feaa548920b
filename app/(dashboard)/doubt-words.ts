import type { CallDetails } from "../_data/answers.ts";

type Doubt = NonNullable<CallDetails["doubt"]>;

/** Why nobody could tell what a call has cost, in a sentence. */
export const doubtWords: Readonly<Record<Doubt, string>> = {
  timeout: "The vendor did not answer in time, and may have done the work all the same.",
  cut: "The connection broke before the vendor's answer was complete.",
  unreadable: "The vendor answered in a way that could not be understood.",
  too_large: "The vendor's answer was larger than is read.",
  server_error: "The vendor failed after the request had been sent, in a way that it may bill.",
  left: "The caller left after the request had been sent, and nobody read on.",
  process_lost: "The gateway process that made the call was killed, or stood still for too long.",
};

type Resolution = NonNullable<CallDetails["resolution"]>;

/** Who said how it ended. */
export const resolutionWords: Readonly<Record<Resolution["by"], string>> = {
  policy: "Nobody knew in time: settled at what was held",
  lookup: "The vendor was asked",
  replay: "The same request was sent again under the vendor's key",
  report: "The app was told by the vendor",
  operator: "By hand",
  import: "By the vendor's bill",
};
