import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** What a connection said of itself when it was opened. */
export interface Startup {
  readonly applicationName: string;
  /** As the server will hold them: of two of one name, the last. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Stands before PostgreSQL, passes everything on, and remembers how each connection was opened. */
export interface StartupRecorder {
  readonly url: string;
  readonly startups: () => readonly Startup[];
  readonly close: () => Promise<void>;
}

const protocol3 = 196_608;

/** A start-up packet: its length, the protocol, then names and values, each ended by a zero. */
const readStartup = (packet: Buffer): Startup | undefined => {
  if (packet.length < 8 || packet.readInt32BE(4) !== protocol3) return undefined;
  const texts = packet.subarray(8, packet.readInt32BE(0)).toString("utf8").split("\0");
  const values = new Map<string, string>();
  for (let index = 0; index + 1 < texts.length; index += 2) values.set(texts[index] ?? "", texts[index + 1] ?? "");
  const options = [...(values.get("options") ?? "").matchAll(/-c\s+([a-z_]+)=(\S+)/g)];
  return {
    applicationName: values.get("application_name") ?? "",
    settings: { ...Object.fromEntries(options.map(([, name, value]) => [name, value])), ...Object.fromEntries(values) },
  };
};

/** Starts a recorder before the server of an address. */
export const startStartupRecorder = async (databaseUrl: string): Promise<StartupRecorder> => {
  const target = new URL(databaseUrl);
  const seen: Startup[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    client.once("data", (packet) => {
      const startup = readStartup(packet);
      if (startup) seen.push(startup);
    });
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    startups: () => seen,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};
