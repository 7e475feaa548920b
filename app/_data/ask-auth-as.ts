import type { AuthClient } from "@topolo/auth-client";
import { AuthRefusal } from "../_auth-api/auth-refusal.ts";
import { sendToAuth, type AuthMethod } from "../_auth-api/send-to-auth.ts";
import { serviceId } from "../_session/service-id.ts";

export type AskAuthAs = (method: AuthMethod, path: string, body?: unknown) => Promise<unknown>;

/**
 * Asks Auth from the dashboard as the person signed in there. Cookies travel too: some answers give the session's cookie
 * a new value.
 */
export const askAuthAs =
  (auth: AuthClient, authUrl: string): AskAuthAs =>
  async (method, path, body) => {
    const token = await auth.accessToken().catch(() => {
      throw new AuthRefusal("unreachable");
    });
    if (token === undefined) throw new AuthRefusal("unauthenticated");
    const headers = { Authorization: `Bearer ${token}`, "X-Service-ID": serviceId };
    try {
      return (await sendToAuth({ method, url: `${authUrl}${path}`, headers, body })).body;
    } catch (error) {
      // Auth may have ended the session: ask it, since its word alone counts.
      if (error instanceof AuthRefusal && error.code === "unauthenticated") await auth.refresh().catch(() => undefined);
      throw error;
    }
  };
