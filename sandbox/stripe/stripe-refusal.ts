/** A no of Stripe's, with its status and its error object. https://docs.stripe.com/api/errors */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly error: Readonly<Record<string, string>>;

  constructor(status: number, error: Readonly<Record<string, string>>) {
    super(error["message"] ?? "refused");
    this.status = status;
    this.error = error;
  }
}

export const invalidRequest = (message: string, more: Readonly<Record<string, string>> = {}): StripeRefusal =>
  new StripeRefusal(400, { type: "invalid_request_error", message, ...more });

/** 404 where it is the address that names it, 400 where a parameter does. */
export const noSuch = (what: string, id: string, param: string, status: 400 | 404 = 404): StripeRefusal =>
  new StripeRefusal(status, {
    type: "invalid_request_error",
    code: "resource_missing",
    param,
    message: `No such ${what}: '${id}'`,
  });
