import type { IncomingMessage, ServerResponse } from "node:http";
import { createMessageStore, type MessageStore, type StoredMail } from "./message-store.ts";
import { receiveMail } from "./receive-mail.ts";
import { serveMailbox } from "./serve-mailbox.ts";
import type { SmtpScript } from "./smtp-fault.ts";

export interface OpenMailbox {
  readonly host?: string;
  /** Mails kept, the newest ones (200). */
  readonly keep?: number;
  /** Largest mail accepted (12 MiB). */
  readonly maxBytes?: number;
  readonly now?: () => number;
}

/** Takes mail by SMTP on a loopback port and shows it. */
export interface Mailbox {
  readonly smtpUrl: string;
  readonly messages: (to?: string) => readonly StoredMail[];
  /** What arrives by other ways than SMTP is put here. */
  readonly store: MessageStore;
  /** What goes wrong with mail by SMTP; replaces what was said before. */
  readonly setScript: (script: SmtpScript) => void;
  /** Answers a request for a path under `/mail`. */
  readonly serve: (url: URL, request: IncomingMessage, response: ServerResponse) => void;
  readonly close: () => Promise<void>;
}

export async function openMailbox({
  host = "127.0.0.1",
  keep = 200,
  maxBytes = 12 * 1_048_576,
  now = Date.now,
}: OpenMailbox = {}): Promise<Mailbox> {
  const store = createMessageStore(keep);
  const receiver = await receiveMail({ store, host, port: 0, maxBytes, now });
  return {
    smtpUrl: `smtp://${host.includes(":") ? `[${host}]` : host}:${receiver.port}`,
    messages: store.list,
    store,
    setScript: receiver.setScript,
    serve: (url, request, response) => serveMailbox(store, url, request, response),
    close: receiver.close,
  };
}
