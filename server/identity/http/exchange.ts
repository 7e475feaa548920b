import type { IdentityContext } from "../identity-context.ts";

/** A request, whichever way it came. */
export interface AuthRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly ip: string;
  readonly requestId: string;
  /** At most 64 KiB; more is refused while reading. */
  readonly readBody: () => Promise<Buffer>;
}

/** What a route answers; the router adds the headers every answer carries. */
export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly html?: string;
  /** A body in whatever media type the headers name. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookie?: string;
  /** Where more than one is set. */
  readonly cookies?: readonly string[];
}

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
