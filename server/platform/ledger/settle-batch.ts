import { plainArray, separated, textArray } from "./array-literal.ts";
import { storableJson } from "./storable-json.ts";
import type { AttemptRecord, SettleCall, SettleReply } from "./types.ts";

const maxRawUsageChars = 8 * 1024;
const maxAnswerBytes = 4 * 1024 * 1024;

/** The vendor's usage object as JSON, if it is plain and small enough to keep. */
const keptUsage = (raw: unknown): string => {
  try {
    const text = storableJson(raw);
    return text.length <= maxRawUsageChars ? text : '{"dropped":"too large"}';
  } catch {
    return '{"dropped":"not JSON"}';
  }
};

/** A single attempt is kept in the result; several, and those of what acts, have rows of their own. */
const onlyAttempt = ({ attempts = [] }: SettleCall): AttemptRecord | undefined => {
  const [only, further] = attempts;
  return further === undefined && only?.n === 1 && only.evidence === undefined ? only : undefined;
};

const resultOf = (call: SettleCall): string => {
  const { target, rawUsage, ...rest } = call.result;
  const credential = target && { credentialTier: target.credentialTier, credentialId: target.credentialId };
  const text = storableJson({ ...rest, ...credential, attempt: onlyAttempt(call) });
  if (rawUsage === undefined) return text;
  // Measured and written in one go.
  return `${text === "{}" ? "{" : `${text.slice(0, -1)},`}"rawUsage":${keptUsage(rawUsage)}}`;
};

const attemptsOf = (call: SettleCall): string =>
  call.attempts === undefined || call.attempts.length === 0 || onlyAttempt(call) ? "" : storableJson(call.attempts);

const replies: Readonly<Record<string, SettleReply>> = {
  s: "settled",
  r: "released",
  u: "uncertain",
  l: "late",
  a: "corrected",
  "=": "same",
  c: "conflict",
  i: "invalid",
};

const text = "select nexus.nexus_settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as o_ended";

/** Ends the holds of all calls in one commit. */
export const endStatement = { name: "nexus_settle", text } as const;

export const endValues = (calls: readonly SettleCall[]): readonly unknown[] => {
  const answered = calls.filter(({ answer }) => answer !== undefined && answer.byteLength <= maxAnswerBytes);
  return [
    plainArray(calls.map(({ operationId }) => operationId)),
    plainArray(calls.map(({ end }) => end)),
    plainArray(calls.map(({ end, costNanos }) => (end === "settled" ? costNanos : undefined))),
    plainArray(calls.map(({ source }) => source)),
    textArray(calls.map(({ result }) => result.target?.vendor)),
    textArray(calls.map(({ result }) => result.target?.model)),
    separated(calls.map(resultOf)),
    separated(calls.map(attemptsOf)),
    plainArray(answered.map(({ operationId }) => operationId)),
    plainArray(answered.map(({ answer }) => Buffer.from(answer ?? []).toString("base64"))),
  ];
};

/** One reply a letter. */
export const readEnds = (letters: string): readonly SettleReply[] =>
  [...letters].map((code) => replies[code] ?? "unknown");
