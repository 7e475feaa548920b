import { jsonReply } from "../vendor.ts";
import type { VendorReply } from "../vendor.ts";

const statuses: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

const type = (name: string) => `type.googleapis.com/google.rpc.${name}`;

/** An error in Google's envelope. A refused key is an invalid argument there, with status 400. */
export function googleError(given: number, message: string, _digest: string): VendorReply {
  const status = given === 401 ? 400 : given;
  const details: Record<string, unknown>[] = [];
  if (given === 401) {
    details.push({
      "@type": type("ErrorInfo"),
      reason: "API_KEY_INVALID",
      domain: "googleapis.com",
    });
  }
  if (given === 429) details.push({ "@type": type("RetryInfo"), retryDelay: "1s" });
  return jsonReply(status, {}, { error: { code: status, message, status: statuses[status] ?? "UNKNOWN", details } });
}
