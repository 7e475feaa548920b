import { unfitText } from "../../../platform/outside-text.ts";
import { AuthError } from "../../auth-error.ts";
import { sha256 } from "../../crypto/digest.ts";
import type { HttpAnswer, HttpExchange } from "../../http/exchange.ts";
import { mediaType } from "../../http/read-input.ts";
import type { Params } from "../../http/route.ts";
import { limitPerAddress, presentedCredential } from "../../http/steps.ts";
import type { By } from "../../organizations/members/store.ts";
import { findScimToken } from "../store.ts";
import { isJsonObject, type Values } from "./read-resource.ts";
import { ScimError } from "./scim-error.ts";
import { scimMediaType, scimRefusal } from "./scim-refusal.ts";

/** A request of an organization's directory. */
export interface ScimExchange extends HttpExchange, Params {
  readonly organizationId: string;
  /** Who made the token: invitations go out in their name. */
  readonly tokenMadeBy: string;
  readonly by: By;
  readonly now: Date;
}

/** An answer in SCIM's media type. */
export const scimAnswer = (
  status: number,
  json: unknown,
  extra: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  json,
  headers: { ...scimMediaType, ...extra },
});

const limit = limitPerAddress("scim", 100);
const tokenForm = /^scim_[A-Za-z0-9_-]{43}$/;

const authenticate = async (exchange: HttpExchange & Params): Promise<ScimExchange> => {
  const { context, request } = exchange;
  limit(exchange);
  const token = presentedCredential(exchange);
  const now = new Date(context.clock.now());
  const found =
    token !== undefined && tokenForm.test(token) ? await findScimToken(context.db, sha256(token), now) : undefined;
  if (!found) throw new ScimError(401, "A valid SCIM token is required.");
  if (found.organization_status !== "active") throw new ScimError(403, "The organization is not active.");
  return {
    ...exchange,
    organizationId: found.organization_id,
    tokenMadeBy: found.created_by,
    by: { actorType: "service", actorId: found.id, ip: request.ip, requestId: request.requestId },
    now,
  };
};

/** Runs for a directory that shows its token. */
export const forDirectory =
  (act: (exchange: ScimExchange) => HttpAnswer | Promise<HttpAnswer>) =>
  async (exchange: HttpExchange & Params): Promise<HttpAnswer> => {
    try {
      return await act(await authenticate(exchange));
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      return scimRefusal({ status: error.status, detail: error.message, scimType: error.scimType });
    }
  };

const bodyTypes: ReadonlySet<string> = new Set(["application/scim+json", "application/json"]);

/** The JSON object of a request. */
export const readObject = async (exchange: ScimExchange): Promise<Values> => {
  if (!bodyTypes.has(mediaType(exchange)) || exchange.request.header("content-encoding") !== undefined)
    throw new ScimError(415, "Send application/scim+json without content encoding.");
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await exchange.request.readBody()));
  } catch (error) {
    if (AuthError.is(error)) throw error;
    throw new ScimError(400, "The body is not a JSON text in UTF-8.", "invalidSyntax");
  }
  const unfit = unfitText(body, "text");
  if (unfit) throw new ScimError(400, `${unfit.field}: ${unfit.expected}.`, "invalidValue");
  if (!isJsonObject(body)) throw new ScimError(400, "The body must be an object.", "invalidSyntax");
  return body;
};
