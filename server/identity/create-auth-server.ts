import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createListener } from "./http/node-listener.ts";
import type { IdentitySettings } from "./identity-settings.ts";
import { openIdentity, type IdentityService } from "./open-identity.ts";

/** Auth with a listener of its own. */
export interface AuthServer extends IdentityService {
  /** Resolves with the port, which is a free one where 0 was asked for. */
  readonly listen: (port: number, host?: string) => Promise<number>;
  /** Takes no new connection, lets running requests end, at most for the given time, then closes the database. */
  readonly close: (graceMs?: number) => Promise<void>;
}

const sweepMs = 200;

/** Opens Auth and prepares its listener; nothing listens before `listen`. */
export const createAuthServer = async (settings: IdentitySettings): Promise<AuthServer> => {
  const identity = await openIdentity(settings);
  const server = createListener((message, response) => {
    // Kept alive, the connection would bring the next request to a process that is about to end.
    if (identity.isLeaving()) response.shouldKeepAlive = false;
    identity.handler(message, response);
  });
  return {
    ...identity,
    listen: async (port, host) => {
      server.listen(port, host);
      await once(server, "listening");
      const address = server.address() as AddressInfo;
      return address.port;
    },
    close: async (graceMs = 5_000) => {
      identity.leave();
      await identity.endStreams();
      if (server.listening) {
        const closed = once(server, "close");
        server.close();
        // An answer that was begun before keeps its connection alive, and would be waited for to the end.
        const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        await closed;
        clearInterval(sweep);
        clearTimeout(timer);
      }
      await identity.close();
    },
  };
};
