import { createServer } from "node:http";
import type { Dispatch } from "./dispatch.ts";
import { fromNode, writeToNode, type DoorReply } from "./door-request.ts";

interface ListenHealth {
  readonly dispatch: Dispatch;
  readonly newId: () => string;
  readonly port: number;
  readonly host: string;
  /** Several processes share the port, as they share the public one. */
  readonly reusePort: boolean;
}

/** What answers health checks, and nothing else. */
export interface HealthListener {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const paths = ["/health", "/health/ready"];
/** Probes are few, and short; whoever else finds the port may not take descriptors from those who pay. */
const maxConnections = 16;
const patienceMs = 2_000;

const notHere: DoorReply = { status: 404, headers: { "content-type": "text/plain" }, body: "Not found.\n" };

/**
 * Health checks on a port of their own: on the public one the system hands over connections before anybody can see what they
 * ask for, and in a flood a check is refused with the others.
 */
export const listenHealth = async ({
  dispatch,
  newId,
  port,
  host,
  reusePort,
}: ListenHealth): Promise<HealthListener> => {
  const server = createServer(
    {
      maxHeaderSize: 4 * 1024,
      headersTimeout: patienceMs,
      requestTimeout: patienceMs,
      connectionsCheckingInterval: patienceMs / 4,
    },
    (incoming, outgoing) => {
      outgoing.on("error", () => undefined);
      const [path = ""] = (incoming.url ?? "").split("?");
      const requestId = newId();
      const answering = paths.includes(path) ? dispatch(fromNode(incoming, outgoing, requestId)) : undefined;
      (answering ?? Promise.resolve(notHere))
        .then(({ status, headers, body }) =>
          writeToNode(
            { status, headers: { ...headers, "x-request-id": requestId, connection: "close" }, body },
            outgoing,
          ),
        )
        .catch(() => outgoing.destroy());
    },
  );
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, reusePort }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
