import { EgressError } from "./egress-error.ts";
import type { EgressAttempt } from "./attempt.ts";

export interface JsonRequest {
  readonly url: string;
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON when present. */
  readonly body?: unknown;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for an empty body. */
  readonly body: unknown;
}

/** Opens an attempt at an address that the operator configured. */
export type OpenOwn = (
  baseUrl: string,
  limits: { readonly timeoutMs: number; readonly maxBytes: number },
) => EgressAttempt;

/** A small client for our own services: same limits and no redirects, but any address that the operator configured. */
export const jsonClient =
  (open: OpenOwn) =>
  async ({
    url,
    method = "GET",
    headers = {},
    body,
    timeoutMs = 5_000,
    maxBytes = 1024 * 1024,
  }: JsonRequest): Promise<JsonAnswer> => {
    const target = URL.parse(url);
    if (target === null) throw new EgressError("request_invalid", { sent: false });
    const attempt = open(target.origin, { timeoutMs, maxBytes });
    try {
      const response = await attempt.fetch(url, {
        method,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: text === "" ? undefined : parsed(text, response.status),
      };
    } finally {
      attempt.close();
    }
  };

const parsed = (text: string, status: number): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new EgressError("protocol", { sent: true, status });
  }
};
