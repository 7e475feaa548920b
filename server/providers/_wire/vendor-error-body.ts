import { firstSentence } from "./first-sentence.ts";
import { arrayAt, isRecord, parseJson, recordAt, stringAt, type JsonRecord } from "./json.ts";

/** A vendor's error object, whatever the dialect calls its fields. */
export interface VendorErrorBody {
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly status: number | undefined;
  readonly retryDelayMs: number | undefined;
  /** Codes and types that the vendor itself gave: none that stands in a sentence, where a caller's words may stand too. */
  readonly names: readonly string[];
  /** The limits that were met, where the vendor names them. */
  readonly quotas: readonly string[];
  /** An aggregator passes on what another vendor said. */
  readonly passedOn: boolean;
}

const nothing: VendorErrorBody = {
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

const firstOf = <T>(values: readonly unknown[], read: (value: unknown) => T | undefined): T | undefined => {
  for (const value of values) {
    const found = read(value);
    if (found !== undefined) return found;
  }
  return undefined;
};

const delayOf = (detail: unknown): number | undefined => {
  const seconds = /^(\d{1,6}(?:\.\d+)?)s$/.exec(stringAt(detail, "retryDelay") ?? "")?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
};

const quotasOf = (details: readonly unknown[]): string[] =>
  details.flatMap((detail) =>
    arrayAt(detail, "violations").flatMap((violation) => {
      const name = stringAt(violation, "quotaId") ?? stringAt(violation, "quotaMetric");
      // Dimensions say what the limit is counted by, where the name does not.
      return name === undefined ? [] : [recordAt(violation, "quotaDimensions")?.model ? `${name}PerModel` : name];
    }),
  );

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
const within = (text: string, depth: number): VendorErrorBody | undefined => {
  const from = text.indexOf("{");
  if (from < 0 || depth >= maxDepth) return undefined;
  const found = parseJson(text.slice(from, text.lastIndexOf("}") + 1));
  const body = isRecord(found) ? refusalOf(found, depth + 1) : undefined;
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

/** What OpenRouter says beside its own sentence. */
const metadataBody = (metadata: JsonRecord | undefined, depth: number): VendorErrorBody | undefined => {
  if (metadata === undefined) return undefined;
  const provider = stringAt(metadata, "provider_name");
  const raw: unknown = typeof metadata.raw === "string" ? (parseJson(metadata.raw) ?? metadata.raw) : metadata.raw;
  const inner = isRecord(raw) ? refusalOf(raw, depth + 1) : undefined;
  const message = inner?.message ?? (typeof raw === "string" ? raw : undefined);
  return {
    ...(inner ?? nothing),
    message: message === undefined || provider === undefined ? message : `${provider}: ${message}`,
    // Another vendor's names for a key and an account that are not the ones of this call.
    names: [],
    passedOn: provider !== undefined,
  };
};

const objectBody = (error: JsonRecord, depth: number): VendorErrorBody => {
  const details = arrayAt(error, "details");
  const reasons = arrayAt(recordAt(error, "metadata"), "reasons").filter((reason) => identifier(reason) !== undefined);
  const violations = details.flatMap((detail) => arrayAt(detail, "fieldViolations"));
  const message = stringAt(error, "message") ?? stringAt(error, "msg") ?? stringAt(error, "Message");
  const own = withNames({
    ...nothing,
    message: message !== undefined && reasons.length > 0 ? `${message} (${reasons.join(", ")})` : message,
    type: identifier(error.type) ?? identifier(error.status),
    code:
      firstOf(details, (detail) => identifier(stringAt(detail, "reason"))) ??
      (statusOf(error.code) === undefined ? identifier(error.code) : undefined),
    param: identifier(error.param) ?? firstOf(violations, (one) => identifier(stringAt(one, "field"))),
    status: statusOf(error.code) ?? statusOf(error.status) ?? statusOf(error.statusCode) ?? statusOf(error.status_code),
    retryDelayMs: firstOf(details, delayOf),
    quotas: quotasOf(details),
  });
  const nested = isRecord(error.message) ? refusalOf(error.message, depth + 1) : undefined;
  return merged(merged(own, nested ?? within(message ?? "", depth)), metadataBody(recordAt(error, "metadata"), depth));
};

const isFilled = (value: unknown): value is JsonRecord => isRecord(value) && Object.keys(value).length > 0;

/** A choice that is an error in itself, as OpenRouter writes it. */
const failedChoice = (body: unknown): JsonRecord | undefined => {
  const [choice] = arrayAt(body, "choices");
  const error = recordAt(choice, "error");
  return stringAt(choice, "finish_reason") === "error" && isFilled(error) ? error : undefined;
};

/**
 * The error object of an answer of the OpenAI, Anthropic or Google dialect; undefined when there is none. An answer that
 * has one is an error, whatever its status.
 */
export const errorBodyOf = (document: unknown, depth = 0): VendorErrorBody | undefined => {
  const body: unknown = Array.isArray(document) ? document[0] : document;
  if (!isRecord(body)) return undefined;
  const { error } = body;
  if (isFilled(error)) return objectBody(error, depth);
  if (typeof error === "string" && error.trim() !== "") {
    const described = stringAt(body, "error_description") ?? stringAt(body, "message");
    const beside = objectBody({ ...body, message: described ?? error }, depth);
    return described === undefined ? beside : { ...beside, code: beside.code ?? identifier(error) };
  }
  if (stringAt(body, "object") === "error") return objectBody(body, depth);
  if (stringAt(body, "type") === "error" && stringAt(body, "message") !== undefined) {
    const { type: _type, ...rest } = body;
    return objectBody(rest, depth);
  }
  const choice = failedChoice(body);
  return choice && objectBody(choice, depth);
};

/** What an answer with an error's status says, in any of the shapes that servers are known to use. */
const refusalOf = (document: unknown, depth: number): VendorErrorBody | undefined => {
  const known = errorBodyOf(document, depth);
  if (known !== undefined || depth >= maxDepth) return known;
  const body: unknown = Array.isArray(document) ? document[0] : document;
  if (!isRecord(body)) return undefined;
  const { detail, errors } = body;
  const own = objectBody(body, depth);
  if (typeof detail === "string") return merged({ ...own, message: detail }, within(detail, depth));
  if (isRecord(detail)) return merged(own, refusalOf(detail, depth + 1));
  const issues = [detail, errors, body.message].find(Array.isArray);
  const listed = issues === undefined ? isRecord(errors) && fieldsBody(errors) : issuesBody(issues);
  if (listed) return merged(own, listed);
  const said = own.message ?? stringAt(body, "title");
  return said === undefined && own.code === undefined ? undefined : { ...own, message: said };
};

/** What a refusal says: its document, or the first sentence of its text. */
export const refusalBodyOf = (document: unknown): VendorErrorBody | undefined => {
  if (typeof document !== "string") return refusalOf(document, 0);
  const message = firstSentence(document);
  return message === undefined ? undefined : { ...nothing, message };
};
