import { hash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActingWire } from "../acting-wire.ts";
import type { MessageStore } from "../mail/message-store.ts";
import { readBody } from "../serve-vendors.ts";
import { readSendRequest, type SendRequest } from "./read-send-request.ts";

/** What goes wrong with one request to send. */
export const resendFaults = [
  "drop-before-head",
  "execute-then-drop",
  "execute-then-hang",
  "execute-then-5xx",
  "5xx-without-executing",
  "truncated-body",
  "without-id",
  "html-502",
  "rate-limited",
  "quota",
  "in-progress",
  "bad-key",
  "forget-key",
] as const;
export type ResendFault = (typeof resendFaults)[number];

/** A mail that Resend took, as its truth log has it. */
export interface ResendEffect {
  readonly id: string;
  readonly key: string | null;
  readonly request: SendRequest;
}

export interface ResendWire extends ActingWire {
  /** What was done, for tests; no request shows it. */
  readonly effects: () => readonly ResendEffect[];
  /** What goes wrong, by the request; replaces what was said before. */
  readonly setScript: (script: (request: SendRequest, seq: number) => ResendFault | undefined) => void;
}

interface OpenResendWire {
  /** Where its mail arrives. */
  readonly mailbox: MessageStore | undefined;
  readonly now: () => number;
  /** Accepted keys; any of the right shape without them. */
  readonly apiKeys?: readonly string[];
}

const dayMs = 86_400_000;
const maxBytes = 40 * 1024 * 1024;

interface KeyRecord {
  readonly digest: string;
  readonly atMs: number;
  answer: string | undefined;
}

const errorOf = (statusCode: number, name: string, message: string): string =>
  JSON.stringify({ statusCode, name, message });

const addressIn = (mailbox: string): string => (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase();

const sourceOf = ({ raw }: SendRequest): string => JSON.stringify(raw, null, 2);

/** Resend's `POST /emails` and `GET /emails/{id}`, as strict as its OpenAPI description and its documentation. */
export function openResendWire({ mailbox, now, apiKeys }: OpenResendWire): ResendWire {
  let effects: ResendEffect[] = [];
  let keys = new Map<string, KeyRecord>();
  let script: (request: SendRequest, seq: number) => ResendFault | undefined = () => undefined;
  let seq = 0;

  const reply = (response: ServerResponse, status: number, body: string, more: Record<string, string> = {}): void =>
    void response.writeHead(status, { "content-type": "application/json", ...more }).end(body);
  const refuse = (response: ServerResponse, status: number, name: string, message: string, more = {}): void =>
    reply(response, status, errorOf(status, name, message), more);

  const execute = (request: SendRequest, key: string | null): string => {
    const id = randomUUID();
    effects = [...effects, { id, key, request }];
    mailbox?.add({
      receivedAt: new Date(now()).toISOString(),
      via: "resend",
      from: addressIn(request.from),
      to: [...request.to, ...request.cc, ...request.bcc].map(addressIn),
      subject: request.subject,
      text: request.text ?? "",
      html: request.html ?? "",
      attachments: request.attachments,
      source: sourceOf(request),
    });
    return JSON.stringify({ id });
  };

  const lose = (response: ServerResponse, fault: ResendFault | undefined, body: string): void => {
    switch (fault) {
      case "execute-then-drop":
      case "forget-key":
        return void response.destroy();
      case "execute-then-hang":
        return;
      case "execute-then-5xx":
        return refuse(response, 500, "internal_server_error", "An unexpected error occurred.");
      case "html-502":
        return void response.writeHead(502, { "content-type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
      case "truncated-body":
        response.writeHead(200, { "content-type": "application/json", "content-length": String(body.length) });
        return void response.write(body.slice(0, body.length / 2), () => response.destroy());
      case "without-id":
        return reply(response, 200, "{}");
      default:
        return reply(response, 200, body);
    }
  };

  const isKnownKey = (key: string | undefined): boolean =>
    key !== undefined && (apiKeys === undefined ? /^[\x21-\x7e]{8,}$/.test(key) : apiKeys.includes(key));

  const send = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request, maxBytes);
    if (body === undefined) return refuse(response, 413, "validation_error", "The email is larger than 40MB.");
    const sentKey = request.headers["idempotency-key"];
    const key = typeof sentKey === "string" ? sentKey : null;
    if (key !== null && (key === "" || key.length > 256))
      return refuse(response, 400, "invalid_idempotency_key", "The key must be between 1-256 chars.");
    const read = readSendRequest(body);
    if (!read.ok) return refuse(response, read.status, read.name, read.message);
    seq += 1;
    const fault = script(read.request, seq);
    switch (fault) {
      case "drop-before-head":
        return void response.destroy();
      case "rate-limited":
        return refuse(response, 429, "rate_limit_exceeded", "Too many requests.", { "retry-after": "1" });
      case "quota":
        return refuse(response, 429, "daily_quota_exceeded", "You have reached your daily email sending quota.");
      case "bad-key":
        return refuse(response, 403, "invalid_api_key", "API key is invalid.");
      case "in-progress":
        return refuse(response, 409, "concurrent_idempotent_requests", "The original request is still in progress.");
      case "5xx-without-executing":
        return refuse(response, 500, "internal_server_error", "An unexpected error occurred.");
      default:
    }
    const digest = hash("sha256", body);
    const known = key === null ? undefined : keys.get(key);
    if (known !== undefined && now() - known.atMs < dayMs) {
      if (known.digest !== digest)
        return refuse(
          response,
          409,
          "invalid_idempotent_request",
          "Same idempotency key used with a different payload.",
        );
      return lose(response, fault, known.answer ?? "{}");
    }
    const answer = execute(read.request, key);
    if (key !== null && fault !== "forget-key") keys.set(key, { digest, atMs: now(), answer });
    return lose(response, fault, answer);
  };

  const show = (id: string, response: ServerResponse): void => {
    const effect = effects.find((one) => one.id === id);
    if (effect === undefined) return refuse(response, 404, "not_found", "Email not found");
    const { from, to, cc, bcc, subject, text = null, html = null, headers } = effect.request;
    const document = {
      object: "email",
      id,
      from,
      to,
      cc,
      bcc,
      reply_to: [],
      subject,
      text,
      html,
      last_event: "delivered",
    };
    return reply(
      response,
      200,
      JSON.stringify({ ...document, message_id: headers["Message-ID"] ?? `<${id}@resend.dev>` }),
    );
  };

  return {
    id: "resend",
    mount: "/resend",
    credential: { apiKey: "re_sandbox_accepts_any_key" },
    effects: () => effects,
    setScript: (next) => {
      script = next;
    },
    async serve(path, request, response) {
      const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? "") ?? [];
      if (token === undefined)
        return refuse(response, 401, "missing_api_key", "Missing API key in the authorization header");
      if (!isKnownKey(token)) return refuse(response, 403, "invalid_api_key", "API key is invalid");
      if (path === "/emails" && request.method === "POST") return send(request, response);
      const [, id] = /^\/emails\/([\w-]{1,64})$/.exec(path) ?? [];
      if (id !== undefined && request.method === "GET") return show(id, response);
      if (path === "/emails" || id !== undefined)
        return refuse(response, 405, "method_not_allowed", "Method is not allowed for the requested path.");
      return refuse(response, 404, "not_found", "The requested endpoint does not exist.");
    },
    reset() {
      effects = [];
      keys = new Map();
      script = () => undefined;
      seq = 0;
    },
  };
}
