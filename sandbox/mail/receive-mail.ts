import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { MessageStore } from "./message-store.ts";

export interface MailReceiver {
  readonly port: number;
  readonly close: () => Promise<void>;
}

interface ReceiveMail {
  readonly store: MessageStore;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly maxBytes: number;
  readonly now: () => number;
}

const tooLarge = (): Error => Object.assign(new Error("the message is too large"), { responseCode: 552 });

async function readAll(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** An SMTP server that takes every mail and delivers none: it keeps them to be looked at. */
export async function receiveMail({ store, host, port, maxBytes, now }: ReceiveMail): Promise<MailReceiver> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    logger: false,
    size: maxBytes,
    maxClients: 20,
    socketTimeout: 30_000,
    closeTimeout: 1_000,
    onData(stream, session, callback) {
      const keep = async (): Promise<void> => {
        try {
          const raw = await readAll(stream, maxBytes);
          if (raw === undefined) throw tooLarge();
          const { from, subject, text, html } = await PostalMime.parse(raw);
          store.add({
            receivedAt: new Date(now()).toISOString(),
            from: from?.address ?? "",
            to: session.envelope.rcptTo.map(({ address }) => address.toLowerCase()),
            subject: subject ?? "",
            text: text ?? "",
            html: html ?? "",
          });
          callback();
        } catch (error) {
          callback(error instanceof Error ? error : new Error("the message could not be read"));
        }
      };
      void keep();
    },
  });
  // Connections that break off are the sender's affair.
  server.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    const listener = server.listen(port, host, resolve);
    listener.once("error", reject);
  });
  const address = server.server.address() as AddressInfo;
  return {
    port: address.port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
