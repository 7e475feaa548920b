import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ActingWire } from "../../../sandbox/acting-wire.ts";

/** A vendor's wire on a port of its own. */
export const serveWire = async ({ mount, serve }: Pick<ActingWire, "mount" | "serve">) => {
  const server = createServer({ keepAliveTimeout: 65_000, noDelay: true }, (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://vendor");
    serve(pathname.slice(mount.length), request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo;
  return {
    host: "127.0.0.1",
    port,
    baseUrlAt: (at: number): string => `http://127.0.0.1:${at}${mount}`,
    close: async (): Promise<void> => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};
