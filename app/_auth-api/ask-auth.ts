import { sendToAuth, type AuthReply, type AuthMethod } from "./send-to-auth.ts";

/** Asks a route of Auth's own origin, as the person whose cookie this browser holds. */
export const askAuth = (method: AuthMethod, path: string, body?: unknown): Promise<AuthReply> =>
  sendToAuth({ method, url: path, body });
