import { arrayAt, recordAt, stringAt, type JsonRecord } from "./json.ts";

// The error model of gRPC services over HTTP: https://aip.dev/193, with the messages ErrorInfo, BadRequest, RetryInfo and
// QuotaFailure in `details`.

/** Its codes by name, as HTTP statuses. */
export const grpcStatuses: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** What the details of an error say. */
export interface StatusDetails {
  readonly reasons: readonly string[];
  readonly fields: readonly string[];
  readonly retryDelayMs: number | undefined;
  /** The limits that were met. */
  readonly quotas: readonly string[];
}

const delayOf = (detail: unknown): number | undefined => {
  const seconds = /^(\d{1,6}(?:\.\d+)?)s$/.exec(stringAt(detail, "retryDelay") ?? "")?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
};

const quotasOf = (detail: unknown): string[] =>
  arrayAt(detail, "violations").flatMap((violation) => {
    const name = stringAt(violation, "quotaId") ?? stringAt(violation, "quotaMetric");
    // Dimensions say what the limit is counted by, where the name does not.
    return name === undefined ? [] : [recordAt(violation, "quotaDimensions")?.model ? `${name}PerModel` : name];
  });

const present = (text: string | undefined): string[] => (text === undefined ? [] : [text]);

/** Reads the details beside an error's message. */
export const statusDetailsOf = (error: JsonRecord): StatusDetails => {
  const details = arrayAt(error, "details");
  return {
    reasons: details.flatMap((detail) => present(stringAt(detail, "reason"))),
    fields: details.flatMap((detail) =>
      arrayAt(detail, "fieldViolations").flatMap((one) => present(stringAt(one, "field"))),
    ),
    retryDelayMs: details.map(delayOf).find((delay) => delay !== undefined),
    quotas: details.flatMap(quotasOf),
  };
};
