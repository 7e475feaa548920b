import type { Doubt } from "../contracts/doubt.ts";
import type { ErrorCode } from "../errors.ts";

interface Told {
  readonly code: ErrorCode;
  readonly message: string;
}

const held = "what it costs is not known yet and is held";

const sentences: Readonly<Record<Doubt, string>> = {
  timeout: `The vendor did not answer in time: ${held}.`,
  cut: `The connection to the vendor broke before its answer was complete: ${held}.`,
  unreadable: `The vendor answered in a way that could not be understood: ${held}.`,
  too_large: `The vendor's answer is larger than is read: ${held}.`,
  server_error: `The vendor failed after the request had been sent: ${held}.`,
  left: `The call was cancelled after the request had been sent: ${held}.`,
  process_lost: `The gateway had to stop before the vendor's answer was complete: ${held}.`,
};

/** What a caller is told of a call that is in doubt. */
export const toldOfDoubt = (doubt: Doubt): Told => ({
  code: doubt === "timeout" ? "PROVIDER_TIMEOUT" : "OUTCOME_UNKNOWN",
  message: sentences[doubt],
});

/** The same of a stream that had begun; undefined where the vendor told its numbers before it broke. */
export const toldOfBrokenStream = (doubt: Doubt | undefined): Told => {
  switch (doubt) {
    case undefined:
      return { code: "PROVIDER_BAD_RESPONSE", message: "The vendor broke the stream off." };
    case "timeout":
      return { code: "PROVIDER_TIMEOUT", message: `The vendor's stream stalled: ${held}.` };
    case "left":
    case "process_lost":
      return { code: "OUTCOME_UNKNOWN", message: sentences[doubt] };
    default:
      return { code: "PROVIDER_BAD_RESPONSE", message: `The vendor broke the stream off: ${held}.` };
  }
};
