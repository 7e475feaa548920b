import type { IncomingMessage, ServerResponse } from "node:http";
import { pageHeaders } from "../page-frame.ts";
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
  const answer = pages[kind](store, id, posted);
  response.writeHead(answer.status, pageHeaders(answer)).end(answer.body);
  return true;
};
