import { createSocket } from "node:dgram";
import { once } from "node:events";

/** A DNS server on loopback that knows TXT records alone. */
export interface DnsServer {
  /** `address:port`, as a resolver takes it. */
  readonly address: string;
  /** By name; a name that is not there is answered with NXDOMAIN. */
  readonly records: Map<string, readonly string[]>;
  /** Whether it answers at all with anything but a failure. */
  working: boolean;
  readonly close: () => Promise<void>;
}

const readName = (message: Buffer): { readonly name: string; readonly end: number } => {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString("ascii", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 5 };
};

const textRecord = (text: string): Buffer => {
  const chunks = text.match(/[^]{1,255}/g) ?? [""];
  const data = Buffer.concat(chunks.map((chunk) => Buffer.concat([Buffer.from([chunk.length]), Buffer.from(chunk)])));
  const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
};

export const startDnsServer = async (port = 0): Promise<DnsServer> => {
  const socket = createSocket("udp4");
  const records = new Map<string, readonly string[]>();
  const server = { working: true };
  socket.on("message", (message, { port, address }) => {
    const { name, end } = readName(message);
    const found = records.get(name);
    const code = !server.working ? 2 : found ? 0 : 3;
    const answers = server.working ? (found ?? []).map(textRecord) : [];
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    socket.send(Buffer.concat([head, message.subarray(12, end), ...answers]), port, address);
  });
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    records,
    get working() {
      return server.working;
    },
    set working(works) {
      server.working = works;
    },
    close: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
};
