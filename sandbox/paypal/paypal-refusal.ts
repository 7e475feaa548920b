/** What is wrong, by the names of PayPal's specifications. */
export interface PaypalDetail {
  readonly issue: string;
  readonly field?: string;
  readonly description?: string;
}

const messages: Readonly<Record<string, string>> = {
  INVALID_REQUEST: "Request is not well-formed, syntactically incorrect, or violates schema.",
  AUTHENTICATION_FAILURE:
    "Authentication failed due to missing authorization header, or invalidRequestField authentication credentials.",
  NOT_AUTHORIZED: "Authorization failed due to insufficient permissions.",
  RESOURCE_NOT_FOUND: "The specified resource does not exist.",
  RESOURCE_CONFLICT: "The server has detected a conflict while processing this request.",
  UNSUPPORTED_MEDIA_TYPE: "The server does not support the request payload's media type.",
  UNPROCESSABLE_ENTITY:
    "The requested action could not be performed, semantically incorrect, or failed business validation.",
  RATE_LIMIT_REACHED: "Too many requests. Blocked due to rate limiting.",
  INTERNAL_SERVER_ERROR: "An internal server error occurred.",
  SERVICE_UNAVAILABLE: "Service Unavailable.",
};

/** A no of PayPal's: https://developer.paypal.com/api/rest/responses/ */
export class PaypalRefusal extends Error {
  readonly status: number;
  readonly body: string;

  constructor(status: number, name: string, details: readonly PaypalDetail[] = []) {
    const message = messages[name] ?? name;
    super(details[0]?.issue ?? message);
    this.status = status;
    const told = details.map(({ issue, field, description = issue }) => ({
      issue,
      description,
      ...(field === undefined ? {} : { field, location: "body" }),
    }));
    this.body = JSON.stringify({
      name,
      message,
      debug_id: "f1a2b3c4d5e6f",
      ...(told.length === 0 ? {} : { details: told }),
    });
  }
}

export const invalidRequestField = (issue: string, field: string): PaypalRefusal =>
  new PaypalRefusal(400, "INVALID_REQUEST", [{ issue, field }]);

export const unprocessable = (issue: string, field?: string): PaypalRefusal =>
  new PaypalRefusal(422, "UNPROCESSABLE_ENTITY", [{ issue, ...(field === undefined ? {} : { field }) }]);

export const notFound = (): PaypalRefusal =>
  new PaypalRefusal(404, "RESOURCE_NOT_FOUND", [
    {
      issue: "INVALID_RESOURCE_ID",
      description: "Specified resource ID does not exist. Please check the resource ID and try again.",
    },
  ]);
