import type { CustomFetch } from "openid-client";
import type { Egress } from "../../platform/egress/index.ts";
import type { ProviderId } from "./provider.ts";

interface CreateGuardedFetch {
  readonly egress: Egress;
  readonly id: ProviderId;
  readonly timeoutMs: number;
}

const maxBytes = 512 * 1024;
const never = new AbortController().signal;

/** Fetches what a provider's metadata names: public hosts over TLS, or those the operator configured; no redirects. */
export const createGuardedFetch =
  ({ egress, id, timeoutMs }: CreateGuardedFetch): CustomFetch =>
  async (url, { method, headers, body, signal }) => {
    const attempt = egress.attempt({
      vendor: `auth-${id}`,
      credentialId: id,
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
        headers,
        body: body instanceof Uint8Array ? new Uint8Array(body) : body,
      });
      const bytes = await response.arrayBuffer();
      return new Response(bytes.byteLength === 0 ? null : bytes, response);
    } finally {
      attempt.close();
    }
  };
