import type { RequestRecord } from "../../../sandbox/request-log.ts";
import { publishedCost, publishedMost } from "../../../test/published-prices.ts";
import type {
  OperationAttribution,
  BrokenLine,
  BudgetRow,
  EntryRow,
  RunEvidence,
  JudgedOperation,
  ReplyLine,
  SentLine,
} from "../evidence.ts";
import { groupBy } from "./group-by.ts";

/** What was asked once, with all that is known of what became of it. */
export interface ClientAttempt {
  readonly sent: SentLine;
  readonly ends: readonly (ReplyLine | BrokenLine)[];
}

/** The evidence with its threads tied: which row, request, entry and reply belong together. */
export interface Dossier extends RunEvidence {
  readonly rows: ReadonlyMap<string, JudgedOperation>;
  readonly entriesOf: ReadonlyMap<string, readonly EntryRow[]>;
  /** Requests the vendor bills, by operation. */
  readonly billed: ReadonlyMap<string, readonly RequestRecord[]>;
  readonly seen: ReadonlyMap<string, readonly RequestRecord[]>;
  /** By call and attempt. */
  readonly asked: ReadonlyMap<string, ClientAttempt>;
  /** What is billed for an operation, by the published prices. */
  readonly owed: (operationId: string) => bigint;
  /** Money booked by entries, corrections with their sign. */
  readonly booked: (operationId: string) => bigint;
  /** The call an operation was made for, as far as vendor and replies tell. */
  readonly callOf: (operationId: string) => string | undefined;
  /** Who made the call, by the client's own log; undefined where nothing ties the operation to a call. */
  readonly callerOf: (operationId: string) => OperationAttribution | undefined;
  /** The most an operation could cost, from what was asked. */
  readonly mostOf: (row: JudgedOperation) => bigint;
}

/** Beside the prompt: a vendor's framing, counted generously. */
const framingTokens = 2_048;

export const signed = ({ kind, amount }: Pick<EntryRow, "kind" | "amount">): bigint =>
  kind.endsWith("_down") ? -amount : amount;

export const isExact = ({ source }: JudgedOperation): boolean => source === "provider" || source === "drained";

/** Its process had been given up, and ended it all the same. */
export const cameBack = ({ state, doubt, resolvedBy }: JudgedOperation): boolean =>
  state === "settled" && doubt === "process_lost" && resolvedBy === null;

/** Its money is still set aside. */
export const isHeld = ({ state }: JudgedOperation): boolean => state === "open" || state === "uncertain";

/** Faults under which the vendor bills more than it was asked for. */
const overbilling = new Set(["usage-inflated"]);

/** The vendor was told to bill more than the request can cost. */
export const isOverbilled = ({ billed }: Pick<Dossier, "billed">, operationId: string): boolean =>
  (billed.get(operationId) ?? []).some(({ faults }) => faults.some((name) => overbilling.has(name)));

export const askedKey = ({ call, attempt }: { readonly call: string; readonly attempt: number }): string =>
  `${call}/${attempt}`;

/** Vendor models without the vendor: as rows and published prices name them. */
const modelOf = (sent: SentLine): string => sent.model.slice(sent.model.indexOf("/") + 1);

const attributionOf = ({ organizationId, appId, userId, keyId }: SentLine): OperationAttribution | undefined =>
  organizationId === null ? undefined : { orgId: organizationId, appId, userId, keyId };

export const openDossier = (evidence: RunEvidence): Dossier => {
  const { requests, client, operations, entries } = evidence;
  const rows = new Map(operations.map((row) => [row.operationId, row]));
  const seen = groupBy(requests, ({ operationId }) => operationId);
  const billed = groupBy(
    requests.filter((request) => request.billed),
    ({ operationId }) => operationId,
  );
  const entriesOf = groupBy(entries, ({ operationId }) => operationId);
  const asked = new Map<string, { sent: SentLine; ends: (ReplyLine | BrokenLine)[] }>();
  const byCall = new Map<string, SentLine>();
  for (const line of client) {
    if (line.type !== "sent") continue;
    asked.set(askedKey(line), { sent: line, ends: [] });
    byCall.set(line.call, line);
  }
  const callOfRequest = new Map<string, string>();
  const most = new Map<string, bigint>();
  for (const line of client) {
    if (line.type !== "sent") asked.get(askedKey(line))?.ends.push(line);
    if (line.type === "reply" && line.requestId !== null) callOfRequest.set(line.requestId, line.call);
    if (line.type !== "sent") continue;
    const bound = publishedMost(modelOf(line), line.promptBytes + framingTokens, line.maxOutputTokens);
    const known = most.get(modelOf(line)) ?? 0n;
    most.set(modelOf(line), bound > known ? bound : known);
  }
  const callOf = (operationId: string): string | undefined => {
    const mark = seen.get(operationId)?.find((request) => request.mark !== null)?.mark;
    if (mark !== undefined && mark !== null) return mark;
    const requestId = rows.get(operationId)?.requestId;
    return requestId === null || requestId === undefined ? undefined : callOfRequest.get(requestId);
  };
  return {
    ...evidence,
    rows,
    entriesOf,
    billed,
    seen,
    asked,
    owed: (operationId) =>
      (billed.get(operationId) ?? []).reduce((sum, { model, units }) => sum + publishedCost(model, { ...units }), 0n),
    booked: (operationId) => (entriesOf.get(operationId) ?? []).reduce((sum, entry) => sum + signed(entry), 0n),
    callOf,
    callerOf: (operationId) => {
      const call = callOf(operationId);
      const sent = call === undefined ? undefined : byCall.get(call);
      return sent && attributionOf(sent);
    },
    mostOf: ({ model }) => most.get(model) ?? 0n,
  };
};

/** Whether a budget is one of somebody's: by scope, not by what a row says it counted against. */
export const concerns = ({ orgId, scope, scopeId }: BudgetRow, who: OperationAttribution): boolean => {
  if (orgId !== who.orgId) return false;
  switch (scope) {
    case null:
    case "organization":
      return true;
    case "app":
      return who.appId === scopeId;
    case "user":
      return who.userId === scopeId;
    case "key":
      return who.keyId === scopeId;
  }
};

/** Whether a moment lies in a row's period, and under its rule. */
export const covers = ({ startsAt, endsAt, ruledFrom, ruledTo }: BudgetRow, at: bigint): boolean =>
  (startsAt === null || startsAt <= at) &&
  (endsAt === null || at < endsAt) &&
  (ruledFrom === null || ruledFrom <= at) &&
  (ruledTo === null || at < ruledTo);
