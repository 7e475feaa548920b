import { hash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ActingWire } from "../acting-wire.ts";
import type { MessageStore, StoredAttachment } from "../mail/message-store.ts";
import { readBody } from "../serve-vendors.ts";
import { mailFaults, type MailFault } from "./mail-fault.ts";
import { InvalidMail } from "./read-fields.ts";

/** A mail as a vendor was asked to send it. */
export interface AskedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** By which the vendor's search and events name the mail. */
  readonly tags: Readonly<Record<string, string>>;
  readonly attachments: readonly StoredAttachment[];
  /** What came over the wire, for people. */
  readonly source: string;
}

/** A mail that a vendor took, as its truth log has it. */
export interface MailEffect {
  readonly id: string;
  readonly key: string | null;
  readonly mail: AskedMail;
}

/** What a vendor answers. */
export interface MailReply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const jsonMailReply = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): MailReply => ({
  status,
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", ...headers },
});

/** A request, its body read. */
export interface MailRequest {
  readonly method: string;
  /** Below the mount, without the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** As it was sent, mount and query included. */
  readonly target: string;
  readonly body: Buffer;
}

/** Faults that are an answer of the vendor's own. */
export type RefusalFault =
  | "rate-limited"
  | "bad-key"
  | "quota"
  | "refuse"
  | "maintenance"
  | "in-progress"
  | "5xx-without-executing";

/** One vendor's wire: how it is asked, what it refuses and how it answers. Rules name their source where they stand. */
export interface MailVendorWire {
  readonly id: string;
  readonly mount: string;
  readonly credential: Readonly<Record<string, string>>;
  /** Of the request's body; a larger one is answered with `tooLarge`. */
  readonly maxBytes: number;
  readonly tooLarge: MailReply;
  /** Headers of a mail that the vendor reads as orders, as its documents name them: no caller may set one. */
  readonly orderHeaders: readonly string[];
  /** Undefined where the request may be made. */
  readonly authorize: (request: MailRequest) => MailReply | undefined;
  readonly isSend: (request: MailRequest) => boolean;
  /** Every other request: look-ups, and what is not there. */
  readonly other: (request: MailRequest, effects: readonly MailEffect[]) => MailReply;
  /** Throws `InvalidMail`. */
  readonly read: (request: MailRequest) => AskedMail | Promise<AskedMail>;
  /** The answer to what `read` threw. */
  readonly invalid: (error: InvalidMail) => MailReply;
  /** The answer to a mail that was taken, with the id and whom it is not sent to. */
  readonly accepted: (id: string, mail: AskedMail) => MailReply;
  /** A refusal for the mail's own sake, such as where all its recipients bounced before. */
  readonly refuses?: (mail: AskedMail) => MailReply | undefined;
  /** A success that does not name the mail. */
  readonly withoutId: MailReply;
  /** The vendor's own words for each; without them 500 `Internal Server Error`. */
  readonly faults: Readonly<Partial<Record<RefusalFault, MailReply>>>;
  /** A UUID, unless the vendor's ids look otherwise. */
  readonly newId?: () => string;
  /** Of a vendor that answers a repeat under a key with its first answer. */
  readonly keys?: MailKeys;
}

interface MailKeys {
  readonly header: string;
  readonly lifetimeMs: number;
  readonly isKey: (key: string) => boolean;
  readonly invalid: MailReply;
  readonly mismatch: MailReply;
}

export type MailScript = (mail: AskedMail, seq: number) => MailFault | undefined;

/** A vendor of mail in the sandbox. */
export interface MailWire extends ActingWire {
  /** What it takes at most of a request. */
  readonly maxBytes: number;
  readonly orderHeaders: readonly string[];
  /** What was done, for tests; no request shows it. */
  readonly effects: () => readonly MailEffect[];
  /** What goes wrong, by the mail; replaces what was said before. */
  readonly setScript: (script: MailScript) => void;
}

interface OpenMailWire {
  /** Where its mail arrives. */
  readonly mailbox: MessageStore | undefined;
  readonly now: () => number;
}

interface KeyRecord {
  readonly digest: string;
  readonly atMs: number;
  readonly answer: MailReply;
}

const dripMs = 200;

const write = (response: ServerResponse, { status, body, headers = {} }: MailReply): void =>
  void response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) }).end(body);

const drip = async (response: ServerResponse, { status, body, headers = {} }: MailReply): Promise<void> => {
  // Of an answer without a body the head is slow.
  if (body === "") await sleep(20 * dripMs);
  response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  response.flushHeaders();
  for (const byte of Buffer.from(body)) {
    if (response.destroyed) return;
    response.write(Buffer.of(byte));
    await sleep(dripMs);
  }
  response.end();
};

const serverError: MailReply = jsonMailReply(500, { message: "Internal Server Error" });

/** Serves a vendor's wire, with its memory, its faults and its truth log. */
export function openMailWire(vendor: MailVendorWire, { mailbox, now }: OpenMailWire): MailWire {
  let effects: MailEffect[] = [];
  let keys = new Map<string, KeyRecord>();
  let script: MailScript = () => undefined;
  let seq = 0;

  const execute = (mail: AskedMail, key: string | null): MailReply => {
    const id = (vendor.newId ?? randomUUID)();
    effects = [...effects, { id, key, mail }];
    mailbox?.add({
      receivedAt: new Date(now()).toISOString(),
      via: vendor.id,
      from: mail.from.toLowerCase(),
      to: [...mail.to, ...mail.cc, ...mail.bcc].map((address) => address.toLowerCase()),
      subject: mail.subject,
      text: mail.text ?? "",
      html: mail.html ?? "",
      attachments: mail.attachments,
      source: mail.source,
    });
    return vendor.accepted(id, mail);
  };

  /** The answer to a mail that was taken, as the fault lets it through. */
  const lose = async (response: ServerResponse, fault: MailFault | undefined, answer: MailReply): Promise<void> => {
    switch (fault) {
      case "execute-then-drop":
      case "forget-key":
        return void response.destroy();
      case "execute-then-hang":
        return;
      case "execute-then-5xx":
        return write(response, vendor.faults["5xx-without-executing"] ?? serverError);
      case "html-502":
        return write(response, {
          status: 502,
          body: "<h1>502 Bad Gateway</h1>",
          headers: { "content-type": "text/html" },
        });
      case "truncated-body": {
        const { status, body, headers = {} } = answer;
        // An answer without a body breaks off in its head.
        if (body === "") return void response.destroy();
        response.writeHead(status, { ...headers, "content-length": String(Buffer.byteLength(body)) });
        return void response.write(body.slice(0, body.length / 2), () => response.destroy());
      }
      case "without-id":
        return write(response, vendor.withoutId);
      case "slow-drip":
        return drip(response, answer);
      default:
        return write(response, answer);
    }
  };

  const readMail = async (request: MailRequest): Promise<AskedMail | MailReply> => {
    try {
      return await vendor.read(request);
    } catch (error) {
      if (!(error instanceof InvalidMail)) throw error;
      return vendor.invalid(error);
    }
  };

  const keyOf = ({ headers }: MailRequest): string | null => {
    const sent = vendor.keys === undefined ? undefined : headers[vendor.keys.header];
    return typeof sent === "string" ? sent : null;
  };

  const send = async (request: MailRequest, response: ServerResponse): Promise<void> => {
    const key = keyOf(request);
    if (key !== null && vendor.keys?.isKey(key) === false) return write(response, vendor.keys.invalid);
    const mail = await readMail(request);
    if ("status" in mail) return write(response, mail);
    seq += 1;
    const fault = script(mail, seq);
    if (fault === "drop-before-head") return void response.destroy();
    if (fault !== undefined && !mailFaults[fault].executes)
      return write(response, vendor.faults[fault as RefusalFault] ?? serverError);
    const refusal = vendor.refuses?.(mail);
    if (refusal !== undefined) return write(response, refusal);
    const digest = hash("sha256", request.body);
    const known = key === null ? undefined : keys.get(key);
    if (vendor.keys !== undefined && known !== undefined && now() - known.atMs < vendor.keys.lifetimeMs) {
      if (known.digest !== digest) return write(response, vendor.keys.mismatch);
      return lose(response, fault, known.answer);
    }
    const answer = execute(mail, key);
    if (key !== null && fault !== "forget-key") keys.set(key, { digest, atMs: now(), answer });
    return lose(response, fault, answer);
  };

  return {
    id: vendor.id,
    mount: vendor.mount,
    credential: vendor.credential,
    maxBytes: vendor.maxBytes,
    orderHeaders: vendor.orderHeaders,
    effects: () => effects,
    setScript: (next) => {
      script = next;
    },
    async serve(path, incoming, response) {
      const body = await readBody(incoming, vendor.maxBytes);
      if (body === undefined) return write(response, vendor.tooLarge);
      const { method = "GET", headers, url = "/" } = incoming;
      const request: MailRequest = { method, path, headers, target: url, body };
      const denied = vendor.authorize(request);
      if (denied !== undefined) return write(response, denied);
      if (vendor.isSend(request)) return send(request, response);
      return write(response, vendor.other(request, effects));
    },
    reset() {
      effects = [];
      keys = new Map();
      script = () => undefined;
      seq = 0;
    },
  };
}
