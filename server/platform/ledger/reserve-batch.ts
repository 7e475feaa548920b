import { plainArray, separated, textArray } from "./array-literal.ts";
import { storableJson } from "./storable-json.ts";
import type { HoldState, ReserveCall, ReserveReply } from "./types.ts";

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");

/** The facts that have no column of their own. */
const factsOf = ({ facts }: ReserveCall): string => {
  const {
    effect,
    requestedModel,
    credentialTier,
    credentialId,
    credentialVersion,
    priceIds,
    door,
    requestId,
    about,
    customerId,
  } = facts;
  return storableJson({
    effect,
    requestedModel,
    credentialTier,
    credentialId,
    credentialVersion,
    priceIds,
    door,
    requestId,
    about,
    customerId,
  });
};

/** Level ids of all calls in one flat list, padded with 0 to the widest call. */
const flatLevels = (calls: readonly ReserveCall[], width: number): string => {
  const flat: (bigint | number)[] = [];
  for (const { levels } of calls) for (let at = 0; at < width; at += 1) flat.push(levels[at] ?? 0);
  return plainArray(flat);
};

/** The amount, id or levels are wrong: a defect of the caller. */
export interface Invalid {
  readonly status: "invalid";
}

type Detail = readonly (readonly [n: number, budgetId: string | null, operationId: string | null])[];

const states: Readonly<Record<string, HoldState>> = {
  o: "open",
  s: "settled",
  r: "released",
  u: "uncertain",
  l: "late",
};

const replyOf = (
  code: string,
  budgetId: string | null | undefined,
  operationId: string | null | undefined,
  resent: boolean,
): ReserveReply | Invalid => {
  const state = states[code];
  // Sent again after a lost answer, an open hold of the same id is the one that was asked for.
  if (code === "h" || (state === "open" && resent)) return { status: "held" };
  if (state) return { status: "known", state };
  if (code === "p" && operationId) return { status: "replay", operationId };
  if (code === "f" && budgetId) return { status: "refused", budgetId: BigInt(budgetId) };
  if (code === "c") return { status: "stale" };
  if (code === "e") return { status: "wallet_empty" };
  if (code === "x") return { status: "customer_unknown" };
  if (code === "b") return { status: "customer_blocked" };
  if (code === "m") return { status: "mismatch" };
  return { status: "invalid" };
};

/** The reply's row. */
export interface HoldRow {
  readonly o_status: string | null;
  readonly o_detail: Detail | null;
}

const text =
  "select o_status, o_detail from nexus.nexus_reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

/** Reserves for all calls in one commit. */
export const holdStatement = { name: "nexus_reserve", text } as const;

export const holdValues = (processId: string, calls: readonly ReserveCall[]): readonly unknown[] => {
  const width = calls.reduce((most, { levels }) => Math.max(most, levels.length), 1);
  return [
    plainArray(calls.map((call) => call.operationId)),
    textArray(calls.map((call) => call.organizationId)),
    plainArray(calls.map((call) => call.heldNanos)),
    plainArray(calls.map((call) => call.epoch)),
    plainArray(calls.map((call) => Math.ceil(call.ttlMs))),
    plainArray(calls.map(({ idempotency }) => idempotency && hex(idempotency.key))),
    plainArray(calls.map(({ idempotency }) => idempotency && hex(idempotency.fingerprint))),
    flatLevels(calls, width),
    width,
    processId,
    textArray(calls.map(({ facts }) => facts.appId)),
    textArray(calls.map(({ facts }) => facts.userId)),
    textArray(calls.map(({ facts }) => facts.keyId)),
    textArray(calls.map(({ facts }) => facts.operation)),
    textArray(calls.map(({ facts }) => facts.vendor)),
    textArray(calls.map(({ facts }) => facts.model)),
    separated(calls.map(factsOf)),
    calls.some(({ idempotency }) => idempotency?.after)
      ? plainArray(calls.map(({ idempotency }) => idempotency?.after))
      : null,
    calls.some(({ facts }) => facts.customerId !== undefined)
      ? textArray(calls.map(({ facts }) => facts.customerId))
      : null,
  ];
};

export const readHolds = (row: HoldRow, resent: readonly boolean[]): readonly (ReserveReply | Invalid)[] => {
  const details = new Map((row.o_detail ?? []).map((detail) => [detail[0], detail]));
  return [...(row.o_status ?? "")].map((code, index) => {
    const detail = details.get(index + 1);
    return replyOf(code, detail?.[1], detail?.[2], resent[index] ?? false);
  });
};
