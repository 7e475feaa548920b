import type { IncomingMessage, ServerResponse } from "node:http";
import { createMessageStore, type StoredMail } from "./message-store.ts";
import { receiveMail } from "./receive-mail.ts";
import { serveMailbox } from "./serve-mailbox.ts";

export interface OpenMailbox {
  readonly host?: string;
  /** Mails kept, the newest ones (200). */
  readonly keep?: number;
  /** Largest mail accepted (1 MiB). */
  readonly maxBytes?: number;
  readonly now?: () => number;
}

/** Takes mail by SMTP on a loopback port and shows it. */
export interface Mailbox {
  readonly smtpUrl: string;
  readonly messages: (to?: string) => readonly StoredMail[];
  /** Answers a request for a path under `/mail`. */
  readonly serve: (url: URL, request: IncomingMessage, response: ServerResponse) => void;
  readonly close: () => Promise<void>;
}

export async function openMailbox({
  host = "127.0.0.1",
  keep = 200,
  maxBytes = 1_048_576,
  now = Date.now,
}: OpenMailbox = {}): Promise<Mailbox> {
  const store = createMessageStore(keep);
  const receiver = await receiveMail({ store, host, port: 0, maxBytes, now });
  return {
    smtpUrl: `smtp://${host.includes(":") ? `[${host}]` : host}:${receiver.port}`,
    messages: store.list,
    serve: (url, request, response) => serveMailbox(store, url, request, response),
    close: receiver.close,
  };
}
