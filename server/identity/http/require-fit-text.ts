import { isUtf8 } from "node:buffer";
import { AuthError } from "../auth-error.ts";
import { isFitHeader, readSegment, unfitForm, unfitText, type TextIssue } from "../../platform/outside-text.ts";
import type { HttpRequest } from "./auth-request.ts";
import { speaksOauth } from "./oauth-refusal.ts";

const refuse = (issue: TextIssue | undefined): void => {
  if (issue) throw new AuthError("invalid_request", { issues: [issue] });
};

/** Refuses JSON with text that may not be there, by the path of the field. */
export const requireFitJson = (value: unknown): void => refuse(unfitText(value, "text"));

/** The media type of a body, without parameters. */
export const mediaTypeOf = (header: string | undefined): string =>
  (header ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";

/** A segment of the path, decoded. */
export const fitSegment = (segment: string, name: string): string => {
  const text = readSegment(segment, name);
  if (typeof text !== "string") throw new AuthError("invalid_request", { issues: [text] });
  return text;
};

/** Gives the body back unless it is a form with text that may not be there. */
export const fitBody = (body: Buffer, contentType: string | undefined): Buffer => {
  if (mediaTypeOf(contentType) !== "application/x-www-form-urlencoded") return body;
  refuse(isUtf8(body) ? unfitForm(body.toString("utf8")) : { field: "", expected: "a form in UTF-8" });
  return body;
};

/** Id and secret of a client, which RFC 6749 §2.3.1 has form-encoded before they are joined. */
const unfitBasic = (authorization: string): boolean => {
  const encoded = /^Basic +([\w+/=-]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return false;
  const bytes = Buffer.from(encoded, "base64");
  return unfitForm(bytes.toString("utf8")) !== undefined || unfitText(bytes.toString("utf8"), "line") !== undefined;
};

/** Headers that are read as text; what stands in the others goes nowhere. */
const readHeaders = [
  "authorization",
  "cookie",
  "dpop",
  "origin",
  "user-agent",
  "x-forwarded-for",
  "x-dpop-url",
  "x-service-id",
] as const;

/** Refuses a query or a header with text that may not be there. Paths and bodies are looked at where they are read. */
export const requireFitRequest = ({ path, search, header }: HttpRequest): void => {
  refuse(unfitForm(search));
  for (const name of readHeaders) {
    const value = header(name);
    if (value === undefined) continue;
    const issue = { field: name, expected: "text without control characters" };
    if (!isFitHeader(value)) refuse(issue);
    // In OAuth such a client is one that nobody knows.
    if (name === "authorization" && unfitBasic(value))
      throw new AuthError(speaksOauth(path) ? "invalid_client" : "invalid_request", { issues: [issue] });
  }
};
