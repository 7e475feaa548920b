import { arrayAt, isRecord, recordAt, stringAt } from "./json.ts";

/** A vendor's error object, whatever the dialect calls its fields. */
export interface VendorErrorBody {
  readonly message: string | undefined;
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly param: string | undefined;
  readonly status: number | undefined;
  readonly retryDelayMs: number | undefined;
}

/** Short machine words pass; anything that could be prose does not. */
export const identifier = (value: unknown): string | undefined =>
  typeof value === "string" && /^[\w.[\]-]{1,100}$/.test(value) ? value : undefined;

const googleDelay = (error: unknown): number | undefined => {
  for (const detail of arrayAt(error, "details")) {
    const seconds = /^(\d{1,6}(?:\.\d+)?)s$/.exec(stringAt(detail, "retryDelay") ?? "")?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1000);
  }
  return undefined;
};

const googleReason = (error: unknown): string | undefined => {
  for (const detail of arrayAt(error, "details")) {
    const reason = identifier(stringAt(detail, "reason"));
    if (reason !== undefined) return reason;
  }
  return undefined;
};

/** The error object of an answer of the OpenAI, Anthropic or Google dialect; undefined when there is none. */
export const errorBodyOf = (document: unknown): VendorErrorBody | undefined => {
  const body: unknown = Array.isArray(document) ? document[0] : document;
  const error = recordAt(body, "error") ?? (stringAt(body, "object") === "error" && isRecord(body) ? body : undefined);
  if (error === undefined) {
    const text = stringAt(body, "error");
    return text === undefined
      ? undefined
      : {
          message: text,
          type: undefined,
          code: undefined,
          param: undefined,
          status: undefined,
          retryDelayMs: undefined,
        };
  }
  const numeric = typeof error.code === "number" && Number.isInteger(error.code) ? error.code : undefined;
  return {
    message: stringAt(error, "message"),
    type: identifier(error.type) ?? identifier(error.status),
    code: googleReason(error) ?? identifier(error.code),
    param: identifier(error.param),
    status: numeric,
    retryDelayMs: googleDelay(error),
  };
};
