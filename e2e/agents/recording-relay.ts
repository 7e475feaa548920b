import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { connect, type Socket } from "node:net";

/** A way to the gateway that notes what it refuses. */
export interface RecordingRelay {
  readonly url: string;
  /** What was not answered as asked: method, path, status and what was said. */
  readonly refused: readonly string[];
  readonly close: () => void;
}

interface RelayTo {
  readonly port: number;
  /** For WebSockets alone: whoever turns to HTTP instead gets nothing. */
  readonly socketsOnly: boolean;
}

/** Stands between an agent and the gateway. */
export const openRecordingRelay = async ({ port, socketsOnly }: RelayTo): Promise<RecordingRelay> => {
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const relay = createServer((incoming, outgoing) => {
    if (socketsOnly) return void outgoing.writeHead(501).end();
    const { method, url: path, headers } = incoming;
    const onward = ask({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      const { statusCode = 0 } = answer;
      outgoing.writeHead(statusCode, answer.headers);
      answer.pipe(outgoing);
      if (statusCode < 400) return;
      const said: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => void said.push(chunk));
      answer.on("end", () => void refused.push(`${method} ${path} ${statusCode} ${Buffer.concat(said).toString("utf8").slice(0, 300)}`)); // prettier-ignore
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  relay.on("upgrade", (incoming, socket, head) => {
    const onward = connect(port, "127.0.0.1", () => {
      const { rawHeaders } = incoming;
      const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
      onward.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward);
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const address = relay.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    refused,
    close: () => {
      relay.closeAllConnections();
      relay.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
