import { JsonRefusal } from "../acting/json-emulator.ts";

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized Request",
  404: "Not Found",
  409: "Conflict",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** A no of Mollie's: https://docs.mollie.com/reference/handling-errors */
export const mollieRefusal = (status: number, detail: string, field?: string): JsonRefusal =>
  new JsonRefusal(status, {
    status,
    title: titles[status] ?? "Error",
    detail,
    ...(field === undefined ? {} : { field }),
    _links: { documentation: { href: "https://docs.mollie.com/reference/handling-errors", type: "text/html" } },
  });

export const unknownAtMollie = (what: string): JsonRefusal => mollieRefusal(404, `No ${what} exists with this token.`);
