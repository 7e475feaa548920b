import { isIP } from "node:net";

/** Backslashes, blanks and full-width characters mean one thing to one parser and another to the next. */
const plain = /^[\x21-\x5b\x5d-\x7e]{1,500}$/;

const reserved = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home|corp|private|onion|invalid|test|arpa)$/;

/** A name that public DNS answers for: no address, no bare name, nothing reserved for private networks. */
const isPublicName = (host: string): boolean =>
  isIP(host.replace(/^\[|\]$/g, "")) === 0 && host.includes(".") && !host.endsWith(".") && !reserved.test(host);

const parse = (text: string): URL | undefined => {
  const url = plain.test(text) ? URL.parse(text) : null;
  if (url === null || url.username !== "" || url.password !== "" || text.includes("#")) return undefined;
  return url;
};

/** Whether an address given by a third party is https to a public name, so that nobody is led into a private network. */
export const isPublicUrl = (text: string): boolean => {
  const url = parse(text);
  return url !== undefined && url.protocol === "https:" && isPublicName(url.hostname);
};

/** Whether an address is http on localhost: of an app on the machine of whoever develops it. */
export const isLocalUrl = (text: string): boolean => {
  const url = parse(text);
  return url?.protocol === "http:" && url.hostname === "localhost" && url.href === text;
};

/** An origin on the machine of whoever opens the page. */
export const isLocalOrigin = (text: string): boolean => /^http:\/\/localhost(:[1-9]\d{0,4})?$/.test(text);

/** Whether a native app may be called back there: http on the machine's own loopback (RFC 8252 §7.3). */
const isLoopback = (text: string): boolean => {
  const url = parse(text);
  return url?.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
};

/** Whether a client of this type may be sent back there after signing in. Compared exactly later, so no dots to resolve. */
export const isRedirectUri = (text: string, type: "confidential" | "public" | "native"): boolean =>
  !/\/\.{1,2}(\/|$)|%2e/i.test(text) && (isPublicUrl(text) || (type === "native" && isLoopback(text)));
