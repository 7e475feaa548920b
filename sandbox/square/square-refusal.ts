import { JsonRefusal } from "../acting/json-emulator.ts";

/** A no of Square's: https://developer.squareup.com/docs/build-basics/handling-errors */
export const squareRefusal = (status: number, code: string, detail: string, field?: string): JsonRefusal => {
  const category =
    status === 401
      ? "AUTHENTICATION_ERROR"
      : status === 429
        ? "RATE_LIMIT_ERROR"
        : status >= 500
          ? "API_ERROR"
          : status === 402
            ? "PAYMENT_METHOD_ERROR"
            : "INVALID_REQUEST_ERROR";
  return new JsonRefusal(status, { errors: [{ category, code, detail, ...(field === undefined ? {} : { field }) }] });
};

export const unknownAtSquare = (what: string): JsonRefusal => squareRefusal(404, "NOT_FOUND", `${what} not found.`);
