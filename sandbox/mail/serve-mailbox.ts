import type { IncomingMessage, ServerResponse } from "node:http";
import { listPage, mailPage } from "./mailbox-pages.ts";
import type { MessageStore } from "./message-store.ts";

const loopbackPeer = /^(127\.|::1$|::ffff:127\.)/;
// A name that merely resolves to this machine may belong to a page of somebody else.
const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

const basePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const pagePolicy = `${basePolicy}; frame-src 'self'; frame-ancestors 'none'`;
/** The HTML of a mail runs nothing and loads nothing; its links open in a page of their own. */
const partPolicy = `${basePolicy}; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox`;

function send(response: ServerResponse, status: number, type: string, body: string, policy = pagePolicy): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "content-security-policy": policy,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

const html = "text/html; charset=utf-8";
const json = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, "application/json", JSON.stringify(body));

/** The mailbox over HTTP: pages under `/mail`, `GET` and `DELETE /mail/messages` as JSON. For this machine alone. */
export function serveMailbox(store: MessageStore, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", headers, socket } = request;
  if (!loopbackPeer.test(socket.remoteAddress ?? "") || !loopbackHost.test(headers.host ?? "")) {
    return json(response, 403, { error: "the mailbox is for this machine alone" });
  }
  if (url.pathname === "/mail/messages") {
    if (method === "GET") return json(response, 200, { messages: store.list(url.searchParams.get("to") ?? undefined) });
    if (method !== "DELETE" || headers.origin !== undefined)
      return json(response, 405, { error: "GET, or DELETE from a program" });
    store.clear();
    return json(response, 200, {});
  }
  if (method !== "GET") return json(response, 405, { error: "GET alone" });
  if (url.pathname === "/mail" || url.pathname === "/mail/") return send(response, 200, html, listPage(store.list()));
  const [, id, part] = /^\/mail\/(\d{1,9})(\/html|\/source)?$/.exec(url.pathname) ?? [];
  const mail = id === undefined ? undefined : store.find(Number(id));
  if (mail === undefined) return json(response, 404, { error: "there is no such mail" });
  if (part === "/source") return send(response, 200, "text/plain; charset=utf-8", mail.source);
  return part === undefined
    ? send(response, 200, html, mailPage(mail))
    : send(response, 200, html, mail.html, partPolicy);
}
