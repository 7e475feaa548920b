import type { Egress } from "../../platform/egress/index.ts";

interface CreateGuardedFetch {
  readonly egress: Egress;
  /** Whom it is for, in metrics and in the log. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

interface GuardedRequest {
  readonly method?: string | undefined;
  readonly headers?: HeadersInit | undefined;
  readonly body?: RequestInit["body"] | Uint8Array | undefined;
  readonly signal?: AbortSignal | null | undefined;
}

/** Asks for an address that somebody else named. */
export type GuardedFetch = (url: string | URL, request?: GuardedRequest) => Promise<Response>;

const never = new AbortController().signal;

/** Public hosts over TLS, or those the operator configured; no redirects, bounded in time and size. */
export const createGuardedFetch =
  ({ egress, name, timeoutMs, maxBytes }: CreateGuardedFetch): GuardedFetch =>
  async (url, { method = "GET", headers, body, signal } = {}) => {
    const attempt = egress.attempt({
      vendor: `auth-${name}`,
      credentialId: name,
      credentialVersion: 1,
      baseUrl: new URL(url).origin,
      deadlineMs: timeoutMs,
      firstByteMs: timeoutMs,
      idleMs: timeoutMs,
      maxBytes,
      signal: signal ?? never,
    });
    try {
      const response = await attempt.fetch(url, {
        method,
        ...(headers === undefined ? {} : { headers: Object.fromEntries(new Headers(headers)) }),
        ...(body === undefined ? {} : { body: body instanceof Uint8Array ? new Uint8Array(body) : body }),
      });
      const bytes = await response.arrayBuffer();
      return new Response(bytes.byteLength === 0 ? null : bytes, response);
    } finally {
      attempt.close();
    }
  };
