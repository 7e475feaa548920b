import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createListener } from "./http/node-listener.ts";
import type { IdentitySettings } from "./identity-settings.ts";
import { openIdentity, type IdentityService } from "./open-identity.ts";

/** Auth with a listener of its own. */
export interface AuthServer extends IdentityService {
  /** Resolves with the port, which is a free one where 0 was asked for. */
  readonly listen: (port: number, host?: string) => Promise<number>;
  /** Lets running requests end, at most for the given time, then closes the database. */
  readonly close: (graceMs?: number) => Promise<void>;
}

/** Opens Auth and prepares its listener; nothing listens before `listen`. */
export const createAuthServer = async (settings: IdentitySettings): Promise<AuthServer> => {
  const identity = await openIdentity(settings);
  const server = createListener(identity.handler);
  return {
    ...identity,
    listen: async (port, host) => {
      server.listen(port, host);
      await once(server, "listening");
      const address = server.address() as AddressInfo;
      return address.port;
    },
    close: async (graceMs = 5_000) => {
      await identity.endStreams();
      if (server.listening) {
        const closed = once(server, "close");
        server.close();
        server.closeIdleConnections();
        const timer = setTimeout(() => server.closeAllConnections(), graceMs);
        await closed;
        clearTimeout(timer);
      }
      await identity.close();
    },
  };
};
