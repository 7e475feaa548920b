import type { AddressInfo, Socket } from "node:net";
import PostalMime, { type Attachment } from "postal-mime";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { MessageStore, StoredAttachment } from "./message-store.ts";
import { dripReply } from "./drip-reply.ts";
import type { SmtpFault, SmtpMoment, SmtpScript } from "./smtp-fault.ts";

export interface MailReceiver {
  readonly port: number;
  /** What goes wrong from now on. */
  readonly setScript: (script: SmtpScript) => void;
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

type Done = (error?: Error | null) => void;

const replying = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });

const tooLarge = (): Error => replying(552, "5.3.4 the message is too large");

async function readAll(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

const storedOf = ({ filename, mimeType, content }: Attachment): StoredAttachment => ({
  filename: filename ?? "",
  type: mimeType,
  bytes: typeof content === "string" ? content.length : content.byteLength,
});

const addressOf = (party: { readonly address: string } | false): string | undefined =>
  party === false ? undefined : party.address;

const momentOf = (stage: SmtpMoment["stage"], { envelope }: SMTPServerSession, recipient?: string): SmtpMoment => ({
  stage,
  from: addressOf(envelope.mailFrom),
  to: envelope.rcptTo.map(({ address }) => address.toLowerCase()),
  recipient,
});

/** An SMTP server that takes every mail and delivers none: it keeps them to be looked at. */
export async function receiveMail({ store, host, port, maxBytes, now }: ReceiveMail): Promise<MailReceiver> {
  let script: SmtpScript = () => undefined;
  const sockets = new Map<number, Socket>();

  /** Carries a fault out; false where nothing goes wrong. */
  const goesWrong = (fault: SmtpFault | undefined, { remotePort }: SMTPServerSession, done: Done): boolean => {
    if (fault === undefined) return false;
    const socket = sockets.get(remotePort);
    if (fault.do === "drip") {
      if (socket !== undefined) dripReply(socket, fault.everyMs);
      return false;
    }
    if (fault.do === "reply") done(replying(fault.code, `${fault.enhanced ?? ""} refused by the script`.trim()));
    else if (fault.do === "drop") socket?.destroy();
    return true;
  };

  const keep = async (raw: Buffer, { envelope }: SMTPServerSession): Promise<void> => {
    const { from, subject, text, html, attachments } = await PostalMime.parse(raw);
    store.add({
      receivedAt: new Date(now()).toISOString(),
      via: "smtp",
      from: from?.address ?? "",
      to: envelope.rcptTo.map(({ address }) => address.toLowerCase()),
      subject: subject ?? "",
      text: text ?? "",
      html: html ?? "",
      attachments: attachments.map(storedOf),
      source: raw.toString("utf8"),
    });
  };

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    disableReverseLookup: true,
    logger: false,
    size: maxBytes,
    maxClients: 20,
    socketTimeout: 30_000,
    closeTimeout: 1_000,
    onConnect(session, callback) {
      if (!goesWrong(script(momentOf("greeting", session)), session, callback)) callback();
    },
    onMailFrom({ address }, session, callback) {
      // The envelope has its sender only once it is taken.
      if (!goesWrong(script({ ...momentOf("mail", session), from: address }), session, callback)) callback();
    },
    onRcptTo({ address }, session, callback) {
      if (!goesWrong(script(momentOf("rcpt", session, address.toLowerCase())), session, callback)) callback();
    },
    onData(stream, session, callback) {
      const receive = async (): Promise<void> => {
        try {
          const inData = script(momentOf("data", session));
          if (inData?.do === "drop") return void goesWrong(inData, session, callback);
          const raw = await readAll(stream, maxBytes);
          if (raw === undefined) throw tooLarge();
          if (goesWrong(inData, session, callback)) return;
          const atDot = script(momentOf("dot", session));
          if (atDot?.do !== "reply") await keep(raw, session);
          if (!goesWrong(atDot, session, callback)) callback();
        } catch (error) {
          callback(error instanceof Error ? error : new Error("the message could not be read"));
        }
      };
      void receive();
    },
  });
  server.server.on("connection", (socket: Socket) => {
    const { remotePort } = socket;
    if (remotePort === undefined) return;
    sockets.set(remotePort, socket);
    socket.once("close", () => sockets.delete(remotePort));
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
    setScript: (next) => {
      script = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets.values()) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
