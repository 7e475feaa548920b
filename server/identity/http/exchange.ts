import type { IdentityContext } from "../identity-context.ts";
import type { Answer, AuthRequest } from "./auth-request.ts";

export type { Answer, AuthRequest } from "./auth-request.ts";

/** An answer ready to be sent. */
export interface EncodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** What the steps of a route work on. */
export interface Exchange {
  readonly request: AuthRequest;
  readonly context: IdentityContext;
}

/** Sends the browser on with GET, as after posted credentials (RFC 9700 §4.12). */
export const seeOther = (location: string, extra: Pick<Answer, "cookie" | "cookies" | "headers"> = {}): Answer => ({
  status: 303,
  ...extra,
  headers: { ...extra.headers, Location: location },
});

export const ok = (json: unknown, extra: Pick<Answer, "cookie" | "cookies" | "headers"> = {}): Answer => ({
  status: 200,
  json,
  ...extra,
});
