import type { IncomingMessage, ServerResponse } from "node:http";
import { pageHeaders, type PageAnswer } from "../page-frame.ts";
import { readBody } from "../serve-vendors.ts";
import { checkoutPage } from "./checkout-page.ts";
import { invoicePage } from "./invoice-page.ts";
import { linkPage } from "./link-page.ts";
import { portalPage } from "./portal-page.ts";
import type { StripeStore } from "./stripe-store.ts";

const maxBytes = 65_536;

type Page = (store: StripeStore, id: string, form: URLSearchParams | undefined) => PageAnswer;

const pages: Readonly<Record<string, Page>> = {
  pay: checkoutPage,
  portal: portalPage,
  buy: linkPage,
  invoice: invoicePage,
};

/** Answers a browser; false where the address is none of a page. */
export const servePage = async (
  store: StripeStore,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> => {
  const [, kind = "", id] = /^\/(pay|portal|buy|invoice)\/(\w+)$/.exec(path) ?? [];
  const page = pages[kind];
  if (id === undefined || page === undefined) return false;
  const posted =
    request.method === "POST" ? new URLSearchParams((await readBody(request, maxBytes))?.toString()) : undefined;
  const answer = page(store, id, posted);
  response.writeHead(answer.status, pageHeaders(answer)).end(answer.body);
  return true;
};
