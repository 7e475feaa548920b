import type { IdentityContext } from "../identity-context.ts";
import type { HttpAnswer, HttpRequest } from "./auth-request.ts";

export type { HttpAnswer, HttpRequest } from "./auth-request.ts";

/** An answer ready to be sent. */
export interface EncodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string | AsyncIterable<Uint8Array>;
}

/** What the steps of a route work on. */
export interface HttpExchange {
  readonly request: HttpRequest;
  readonly context: IdentityContext;
}

/** Sends the browser on with GET, as after posted credentials (RFC 9700 §4.12). */
export const seeOther = (
  location: string,
  extra: Pick<HttpAnswer, "cookie" | "cookies" | "headers"> = {},
): HttpAnswer => ({
  status: 303,
  ...extra,
  headers: { ...extra.headers, Location: location },
});

export const okAnswer = (
  json: unknown,
  extra: Pick<HttpAnswer, "cookie" | "cookies" | "headers"> = {},
): HttpAnswer => ({
  status: 200,
  json,
  ...extra,
});
