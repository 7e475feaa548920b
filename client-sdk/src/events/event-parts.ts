import { createHash, timingSafeEqual } from "node:crypto";
import type { VendorEvent } from "./mail-event.ts";
import { unreadableWebhook } from "./event-error.ts";

/** Nothing but what is there: a field that is undefined is none. */
export const eventOf = (event: { readonly [K in keyof VendorEvent]: VendorEvent[K] | undefined }): VendorEvent => {
  const present = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
  // What is required is checked where each event is made; leaving out what is undefined changes no type.
  return present as VendorEvent;
};

/** Compares in constant time. */
export const sameText = (left: string, right: string): boolean => {
  const [a, b] = [left, right].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
};

/** An id for events that their vendor gives none: of what makes them, and without an address in it. */
export const eventIdOf = (...parts: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("base64url");

/** `Name <address>` or an address. */
export const mailboxAddressOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim();

/** The code that a server's reply begins with, and its enhanced one: `550 5.1.1`. Nothing else of it is passed on. */
export const replyCodeOf = (...replies: readonly (string | undefined)[]): string | undefined => {
  const text = replies.filter((reply) => reply !== undefined).join(" ");
  const basic = /(?:^|[\s;:])([245]\d\d)(?=[\s-]|$)/.exec(text)?.[1];
  const enhanced = /(?:^|[\s;:#(])([245]\.\d{1,3}\.\d{1,3})(?=[\s;:),]|$)/.exec(text)?.[1];
  const fits = basic === undefined || enhanced === undefined || basic[0] === enhanced[0];
  if (!fits) return enhanced;
  return [basic, enhanced].filter((code) => code !== undefined).join(" ") || undefined;
};

/** Our id of a mail, where it is one. */
export const emailIdOf = (value: unknown): string | undefined =>
  typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    ? value.toLowerCase()
    : undefined;

/** ISO 8601 of a time that a vendor wrote; throws for what is none. */
export const timeOf = (value: unknown): string => {
  const ms = typeof value === "number" ? value * 1_000 : typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) throw unreadableWebhook("An event has no time.");
  return new Date(ms).toISOString();
};
