import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What stands in front of processes and sees connections alone, as a service of a cluster does. */
export interface ConnectionBalancer {
  readonly url: string;
  readonly add: (port: number) => void;
  /** How many connections are open to a process. */
  readonly connectionsTo: (port: number) => number;
  readonly close: () => Promise<void>;
}

/** New connections go, by turns, to those that said they are ready when they were last asked; those there are stay where they are. */
export const openConnectionBalancer = async (everyMs: number): Promise<ConnectionBalancer> => {
  const known = new Set<number>();
  const ready = new Set<number>();
  const sockets = new Set<Socket>();
  const open = new Map<number, number>();
  let turn = 0;
  const look = async (port: number): Promise<void> => {
    const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`, { headers: { connection: "close" } }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) ready.add(port);
    else ready.delete(port);
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const port = [...ready][turn++ % Math.max(ready.size, 1)];
    if (port === undefined) return void client.destroy();
    const upstream = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    open.set(port, (open.get(port) ?? 0) + 1);
    upstream.once("close", () => open.set(port, (open.get(port) ?? 0) - 1));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      keep(socket);
      socket.on("error", () => other.destroy());
      socket.pipe(other);
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const timer = setInterval(() => void Promise.all([...known].map(look)), everyMs);
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    add: (port) => {
      known.add(port);
      ready.add(port);
    },
    connectionsTo: (port) => open.get(port) ?? 0,
    close: async () => {
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
};
