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
}

const refuse = (reason: "address_refused" | "request_invalid"): never => {
  throw new EgressError(reason, { sent: false });
};

const hostPort = (url: URL): string =>
  `${url.hostname}:${url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port}`;

/** Backslashes, blanks and full-width characters mean one thing to one parser and another to the next. */
const plainUrl = /^[\x21-\x5b\x5d-\x7e]+$/;

/** Reads a base URL. Outside the allow-list only https on 443 to public names or addresses passes. */
export const targetOf = (baseUrl: string, allow: ReadonlySet<string>): Target => {
  const url = (plainUrl.test(baseUrl) ? URL.parse(baseUrl) : null) ?? refuse("request_invalid");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    return refuse("request_invalid");
  if (url.protocol !== "https:" && url.protocol !== "http:") return refuse("request_invalid");
  const allowed = allow.has(hostPort(url));
  if (!allowed) {
    if (url.protocol !== "https:" || url.port !== "") return refuse("address_refused");
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && !isGlobalAddress(host)) return refuse("address_refused");
    // A bare or dot-terminated name could be completed by the machine's search domains.
    if (isIP(host) === 0 && (!host.includes(".") || host.endsWith("."))) return refuse("address_refused");
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
