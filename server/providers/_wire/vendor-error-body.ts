import type { ErrorRules, VendorErrorBody } from "./error-rules.ts";
import { firstSentence } from "./first-sentence.ts";
import { arrayAt, isRecord, parseJson, stringAt, type JsonRecord } from "./json.ts";
import { statusDetailsOf } from "./status-details.ts";

/** Where a vendor's documents have errors. */
export type ErrorShapes = Pick<ErrorRules, "errorIn" | "beside">;

/** An error that says nothing. */
export const nothing: VendorErrorBody = {
  message: undefined,
  type: undefined,
  code: undefined,
  param: undefined,
  status: undefined,
  retryDelayMs: undefined,
  names: [],
  quotas: [],
  passedOn: false,
};

const withNames = (body: VendorErrorBody): VendorErrorBody => ({
  ...body,
  names: [body.code, body.type].filter((name) => name !== undefined),
});

/** Short machine words pass; anything that could be prose does not. */
export const identifier = (value: unknown): string | undefined =>
  typeof value === "string" && /^[\w.[\]-]{1,100}$/.test(value) ? value : undefined;

const statusOf = (value: unknown): number | undefined => {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 400 && status < 600 ? status : undefined;
};

/** `["body", "messages", 0, "content"]` as `messages[0].content`. */
const pathOf = (loc: readonly unknown[]): string =>
  loc
    .slice(loc[0] === "body" ? 1 : 0)
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`))
    .join("");

const maxIssues = 3;

/** What validators list: `{ loc, msg, type }` of FastAPI, `{ message, code }`, plain sentences. */
const issuesBody = (issues: readonly unknown[]): VendorErrorBody | undefined => {
  const told = issues.slice(0, maxIssues).flatMap((issue) => {
    const message = typeof issue === "string" ? issue : (stringAt(issue, "msg") ?? stringAt(issue, "message"));
    if (message === undefined) return [];
    const path = pathOf(arrayAt(issue, "loc"));
    return [{ issue, path, sentence: path === "" ? message : `${path}: ${message}` }];
  });
  const [first] = told;
  if (first === undefined) return undefined;
  const { issue, path } = first;
  return withNames({
    ...nothing,
    message: told.map(({ sentence }) => sentence).join("; "),
    type: identifier(isRecord(issue) ? issue.type : undefined),
    code: identifier(isRecord(issue) ? issue.code : undefined),
    param: identifier(path) ?? identifier(isRecord(issue) ? (issue.param ?? issue.field) : undefined),
  });
};

/** `{ "field": ["what is wrong"] }` */
const fieldsBody = (fields: JsonRecord): VendorErrorBody | undefined =>
  issuesBody(
    Object.entries(fields).map(([field, value]: [string, unknown]) => {
      const message: unknown = Array.isArray(value) ? value[0] : value;
      return { loc: [field], msg: message };
    }),
  );

const maxDepth = 3;

/** An error document within a sentence, as proxies pass it on: `BadRequestError: {"error": …}`. Its words, no more. */
const within = (text: string, shapes: ErrorShapes, depth: number): VendorErrorBody | undefined => {
  const from = text.indexOf("{");
  if (from < 0 || depth >= maxDepth) return undefined;
  const found = parseJson(text.slice(from, text.lastIndexOf("}") + 1));
  const body = isRecord(found) ? refusalOf(found, shapes, depth + 1) : undefined;
  return body && { ...nothing, message: body.message, type: body.type, code: body.code, param: body.param };
};

/** The inner account is the more exact one; the outer one fills its gaps. */
const merged = (outer: VendorErrorBody, inner: VendorErrorBody | undefined): VendorErrorBody =>
  inner === undefined
    ? outer
    : {
        message: inner.message ?? outer.message,
        type: inner.type ?? outer.type,
        code: inner.code ?? outer.code,
        param: inner.param ?? outer.param,
        status: outer.status ?? inner.status,
        retryDelayMs: outer.retryDelayMs ?? inner.retryDelayMs,
        names: [...outer.names, ...inner.names],
        quotas: [...outer.quotas, ...inner.quotas],
        passedOn: outer.passedOn || inner.passedOn,
      };

const objectBody = (error: JsonRecord, shapes: ErrorShapes, depth: number): VendorErrorBody => {
  const { reasons, fields, retryDelayMs, quotas } = statusDetailsOf(error);
  const message = stringAt(error, "message") ?? stringAt(error, "msg") ?? stringAt(error, "Message");
  const own = withNames({
    ...nothing,
    message,
    type: identifier(error.type) ?? identifier(error.status),
    code:
      reasons.map(identifier).find((reason) => reason !== undefined) ??
      (statusOf(error.code) === undefined ? identifier(error.code) : undefined),
    param: identifier(error.param) ?? fields.map(identifier).find((field) => field !== undefined),
    status: statusOf(error.code) ?? statusOf(error.status) ?? statusOf(error.statusCode) ?? statusOf(error.status_code),
    retryDelayMs,
    quotas,
  });
  const nested = isRecord(error.message) ? refusalOf(error.message, shapes, depth + 1) : undefined;
  const known = merged(own, nested ?? within(message ?? "", shapes, depth));
  return merged(
    known,
    shapes.beside?.(error, (document) => refusalOf(document, shapes, depth + 1)),
  );
};

const isFilled = (value: unknown): value is JsonRecord => isRecord(value) && Object.keys(value).length > 0;

/** The error object of an answer; undefined when there is none. An answer that has one is an error, whatever its status. */
export const errorBodyOf = (document: unknown, shapes: ErrorShapes, depth = 0): VendorErrorBody | undefined => {
  const body: unknown = Array.isArray(document) ? document[0] : document;
  if (!isRecord(body)) return undefined;
  const { error } = body;
  if (isFilled(error)) return objectBody(error, shapes, depth);
  if (typeof error === "string" && error.trim() !== "") {
    const described = stringAt(body, "error_description") ?? stringAt(body, "message");
    const beside = objectBody({ ...body, message: described ?? error }, shapes, depth);
    return described === undefined ? beside : { ...beside, code: beside.code ?? identifier(error) };
  }
  if (stringAt(body, "object") === "error") return objectBody(body, shapes, depth);
  if (stringAt(body, "type") === "error" && stringAt(body, "message") !== undefined) {
    const { type: _type, ...rest } = body;
    return objectBody(rest, shapes, depth);
  }
  const elsewhere = shapes.errorIn?.(body);
  return isFilled(elsewhere) ? objectBody(elsewhere, shapes, depth) : undefined;
};

/** What an answer with an error's status says, in any of the shapes that servers are known to use. */
const refusalOf = (document: unknown, shapes: ErrorShapes, depth: number): VendorErrorBody | undefined => {
  const known = errorBodyOf(document, shapes, depth);
  if (known !== undefined || depth >= maxDepth) return known;
  const body: unknown = Array.isArray(document) ? document[0] : document;
  if (!isRecord(body)) return undefined;
  const { detail, errors } = body;
  const own = objectBody(body, shapes, depth);
  if (typeof detail === "string") return merged({ ...own, message: detail }, within(detail, shapes, depth));
  if (isRecord(detail)) return merged(own, refusalOf(detail, shapes, depth + 1));
  const issues = [detail, errors, body.message].find(Array.isArray);
  const listed = issues === undefined ? isRecord(errors) && fieldsBody(errors) : issuesBody(issues);
  if (listed) return merged(own, listed);
  const said = own.message ?? stringAt(body, "title");
  return said === undefined && own.code === undefined ? undefined : { ...own, message: said };
};

/** What a refusal says: its document, or the first sentence of its text. */
export const refusalBodyOf = (document: unknown, shapes: ErrorShapes): VendorErrorBody | undefined => {
  if (typeof document !== "string") return refusalOf(document, shapes, 0);
  const message = firstSentence(document);
  return message === undefined ? undefined : { ...nothing, message };
};
