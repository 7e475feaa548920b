import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../serve-vendors.ts";
import { checkoutPage } from "./checkout-page.ts";
import { portalPage } from "./portal-page.ts";
import type { StripeStore } from "./stripe-store.ts";

const maxBytes = 65_536;

const pages = { pay: checkoutPage, portal: portalPage } as const;

/** The address of an object's page, below the emulator's. */
export const pagePath = (id: string): string => `/${id.startsWith("bps_") ? "portal" : "pay"}/${id}`;

/** Answers a browser; false where the address is none of a page. */
export const servePage = async (
  store: StripeStore,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> => {
  const [, kind, id] = /^\/(pay|portal)\/(\w+)$/.exec(path) ?? [];
  if (id === undefined || (kind !== "pay" && kind !== "portal")) return false;
  const posted =
    request.method === "POST" ? new URLSearchParams((await readBody(request, maxBytes))?.toString()) : undefined;
  const { status, body, location } = pages[kind](store, id, posted);
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      "cache-control": "no-store",
      ...(location === undefined ? {} : { location }),
    })
    .end(body);
  return true;
};
