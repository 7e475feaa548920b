import { isIP } from "node:net";
import { EgressError } from "./egress-error.ts";
import { isGlobalAddress } from "./global-address.ts";

/** Where an attempt may go: one origin, below one path. */
export interface Target {
  readonly origin: string;
  /** Path of the base URL without a trailing slash; empty for the root. */
  readonly basePath: string;
  /** The operator named this host and port: private addresses and plain http are fine. */
  readonly allowed: boolean;
  /** Where lines are spoken instead of HTTP. */
  readonly line?: LineTarget;
}

/** A server that is spoken to in lines, by SMTP. */
export interface LineTarget {
  /** A name, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on. */
  readonly secure: boolean;
}

const refuse = (reason: "address_refused" | "request_invalid"): never => {
  throw new EgressError(reason, { sent: false });
};

const hostPort = (url: URL): string =>
  `${url.hostname}:${url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port}`;

/** Backslashes, blanks and full-width characters mean one thing to one parser and another to the next. */
const plainUrl = /^[\x21-\x5b\x5d-\x7e]+$/;

/** A bare or dot-terminated name could be completed by the machine's search domains. */
const isPublicHost = (host: string): boolean =>
  isIP(host) === 0 ? host.includes(".") && !host.endsWith(".") : isGlobalAddress(host);

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, "");

/** Ports on which servers take mail from their users. */
const submissionPorts = { "smtp:": [587, 2525], "smtps:": [465] } as const;

const isLineProtocol = (protocol: string): protocol is keyof typeof submissionPorts =>
  Object.hasOwn(submissionPorts, protocol);

/** Outside the allow-list only the ports of submission pass, at public names or addresses. */
const lineTargetOf = (url: URL, protocol: keyof typeof submissionPorts, allow: ReadonlySet<string>): Target => {
  // A host of a scheme that browsers do not know is taken as it stands: `0x7f.1` stays a name.
  const hostname = URL.parse(`http://${url.hostname}`)?.hostname ?? refuse("request_invalid");
  if (url.pathname !== "" && url.pathname !== "/") return refuse("request_invalid");
  const ports: readonly number[] = submissionPorts[protocol];
  const port = url.port === "" ? (ports[0] ?? 0) : Number(url.port);
  const host = bare(hostname);
  const allowed = allow.has(`${hostname}:${port}`);
  if (!allowed && (!ports.includes(port) || !isPublicHost(host))) return refuse("address_refused");
  const line = { host, port, secure: protocol === "smtps:" };
  return { origin: `${protocol}//${hostname}:${port}`, basePath: "", allowed, line };
};

/** Reads a base URL. Outside the allow-list only https on 443 to public names or addresses passes. */
export const targetOf = (baseUrl: string, allow: ReadonlySet<string>): Target => {
  const url = (plainUrl.test(baseUrl) ? URL.parse(baseUrl) : null) ?? refuse("request_invalid");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return refuse("request_invalid");
  if (isLineProtocol(url.protocol)) return lineTargetOf(url, url.protocol, allow);
  if (url.protocol !== "https:" && url.protocol !== "http:") return refuse("request_invalid");
  const allowed = allow.has(hostPort(url));
  if (!allowed) {
    if (url.protocol !== "https:" || url.port !== "") return refuse("address_refused");
    if (!isPublicHost(bare(url.hostname))) return refuse("address_refused");
  }
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, ""), allowed };
};

/** Normalises the operator's list of `host:port` entries. */
export const allowListOf = (entries: readonly string[]): ReadonlySet<string> =>
  new Set(
    entries.map((entry) => {
      const url = URL.parse(`http://${entry}`);
      if (url === null || !/:\d{1,5}$/.test(entry)) throw new Error(`Not a host:port entry: ${entry}`);
      return `${url.hostname}:${url.port === "" ? "80" : url.port}`;
    }),
  );
