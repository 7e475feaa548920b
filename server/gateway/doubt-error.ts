import type { Doubt } from "../contracts/doubt.ts";
import type { ErrorCode } from "../errors.ts";

interface ErrorText {
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

/** The error of a call whose outcome is unknown. */
export const doubtErrorOf = (doubt: Doubt, acts = false): ErrorText => ({
  code: doubt === "timeout" && !acts ? "PROVIDER_TIMEOUT" : "OUTCOME_UNKNOWN",
  message: acts
    ? `${sentences[doubt]} Ask again with the same idempotency key: it is found out, and done at most once.`
    : sentences[doubt],
});

/** The error of a stream that had begun; `doubt` is undefined where the vendor reported its usage before the stream broke. */
export const brokenStreamErrorOf = (doubt: Doubt | undefined): ErrorText => {
  switch (doubt) {
    case undefined:
      return { code: "PROVIDER_BAD_RESPONSE", message: "The vendor broke off the stream." };
    case "timeout":
      return { code: "PROVIDER_TIMEOUT", message: `The vendor's stream stalled: ${held}.` };
    case "left":
    case "process_lost":
      return { code: "OUTCOME_UNKNOWN", message: sentences[doubt] };
    default:
      return { code: "PROVIDER_BAD_RESPONSE", message: `The vendor broke off the stream: ${held}.` };
  }
};
