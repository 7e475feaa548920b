import { jsonReply } from "../vendor.ts";
import type { VendorReply } from "../vendor.ts";

const statuses: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** An error of Google Cloud: https://cloud.google.com/apis/design/errors */
export const vertexError = (code: number, message: string, reason?: string): VendorReply =>
  jsonReply(
    code,
    {},
    {
      error: {
        code,
        message,
        status: statuses[code] ?? "UNKNOWN",
        ...(reason === undefined
          ? {}
          : { details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" }] }),
      },
    },
  );
