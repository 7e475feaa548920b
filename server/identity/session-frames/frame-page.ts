import { createHash } from "node:crypto";

export interface FramePage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

// Both scripts are constant, so that a digest can stand for them; what differs is in the document.
const prelude = `const origin = document.documentElement.dataset.origin;
const framed = window.parent !== window;
const entry = "topolo.session.logout";
const tell = (event, id) => framed && window.parent.postMessage({ type: "topolo.session", version: 1, event, id }, origin);
const channel = "BroadcastChannel" in window ? new BroadcastChannel("topolo.session") : undefined;`;

const scripts = {
  /** Hears of sign-outs and passes them on; one broadcast may arrive over both channels. */
  channel: `"use strict";
${prelude}
const heard = new Set();
const hear = (id) => {
  if (typeof id !== "string" || id.length > 100 || heard.has(id)) return;
  if (heard.size > 100) heard.clear();
  heard.add(id);
  tell("logout", id);
};
if (channel) channel.onmessage = ({ data }) => data && data.event === "logout" && hear(data.id);
window.addEventListener("storage", ({ key, newValue }) => key === entry && newValue && hear(newValue));
tell("ready");`,
  /** Says once that somebody signed out; a window of its own says nothing. */
  broadcast: `"use strict";
${prelude}
if (framed) {
  const id = crypto.randomUUID();
  if (channel) channel.postMessage({ event: "logout", id });
  try {
    localStorage.setItem(entry, id);
    localStorage.removeItem(entry);
  } catch {}
  tell("broadcast", id);
}`,
} as const;

export type FrameKind = keyof typeof scripts;

const digests: Readonly<Record<FrameKind, string>> = {
  channel: createHash("sha256").update(scripts.channel).digest("base64"),
  broadcast: createHash("sha256").update(scripts.broadcast).digest("base64"),
};

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The document for one embedding origin, which alone may frame it and hear it. */
export const framePage = (kind: FrameKind, origin: string): FramePage => ({
  html: `<!doctype html><html lang="en" data-origin="${escape(origin)}"><meta charset="utf-8"><title>Topolo session</title><script>${scripts[kind]}</script></html>`,
  contentSecurityPolicy: `default-src 'none'; script-src 'sha256-${digests[kind]}'; frame-ancestors ${origin}; base-uri 'none'; form-action 'none'`,
});
