import type { IncomingMessage, ServerResponse } from "node:http";
import { transportSecurity } from "../../platform/plain-http.ts";

/** Serves the pages people see; given by the process that starts Auth. */
export type PageHandler = (message: IncomingMessage, response: ServerResponse) => void;

/** Where Auth's pages live. Scripts post to the routes of the same names. */
export const servedPagePaths: ReadonlySet<string> = new Set([
  "/",
  "/home",
  "/sign-in",
  "/sign-in/second-factor",
  "/organization-sign-in",
  "/register",
  "/verify-email",
  "/add-passkey",
  "/ways-in",
  "/confirm-identity",
  "/forgot-password",
  "/reset-password",
  "/accept-invitation",
  "/choose-organization",
  "/consent",
  "/device",
  "/signed-out",
  "/error",
]);

// Built files alone: no image service, no data of other pages.
const assetForm =
  /^\/(_next\/static\/[\w./~%@()[\]-]{1,300}|favicon\.(?:svg|ico)|apple-touch-icon\.png|icon-\d{2,3}\.png|og\.png|robots\.txt|site\.webmanifest)$/;

// Another reader may climb where we see a name.
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/** Whether a request is for a page or for what a page is made of. */
export const isPageRequest = ({ method, url = "/" }: IncomingMessage): boolean => {
  if (method !== "GET" && method !== "HEAD") return false;
  const path = url.split("?", 1)[0] ?? "/";
  return servedPagePaths.has(path) || (assetForm.test(path) && !dotSegment.test(path));
};

/** The same pages; under an https address with the header that keeps browsers there. */
export const servePages =
  (pages: PageHandler, isSecure: boolean): PageHandler =>
  (message, response) => {
    if (isSecure) for (const [name, value] of Object.entries(transportSecurity)) response.setHeader(name, value);
    pages(message, response);
  };
