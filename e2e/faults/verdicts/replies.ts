import { errorTable } from "../../../server/errors.ts";
import type { Disturbance } from "../disturbances.ts";
import type { BrokenLine, EntryRow, JudgedOperation, SentLine } from "../evidence.ts";
import { groupBy } from "./group-by.ts";
import { askedKey, cameBack, isHeld, signed, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";

/**
 * What its caller was told. What came to be known later is booked beside it. A doubt was told at its whole hold, but by a
 * process that came back: that one told what it booked, whatever had been booked in its place.
 */
const toldCost = (row: JudgedOperation, entries: readonly EntryRow[]): bigint => {
  if (row.doubt !== null && !cameBack(row)) return row.held;
  const own = row.doubt === null ? entries.filter(({ kind }) => kind === "cost" || kind === "overrun") : entries;
  return own.reduce((sum, entry) => sum + signed(entry), 0n);
};

/** I-6: every acknowledgement has its row, at the cost that was told. */
export const nothingLost = ({ client, rows, entriesOf }: Dossier) => {
  const finding = new Finding("I-6", "every acknowledged call has its row, at the cost that was told");
  let acknowledged = 0;
  for (const line of client) {
    if (line.type !== "reply" || line.status !== 200 || !line.wellFormed) continue;
    acknowledged += 1;
    const { call, operationId, costNanoUsd } = line;
    const row = operationId === null ? undefined : rows.get(operationId);
    const stands = row?.state === "settled" || (row?.state === "uncertain" && row.doubt !== null);
    finding.check(stands, () => `call ${call}: operation ${operationId} is ${row?.state ?? "not there"}`);
    if (!row) continue;
    const told = toldCost(row, entriesOf.get(row.operationId) ?? []);
    finding.check(costNanoUsd === String(told), () => `call ${call}: told ${costNanoUsd}, booked ${told}`);
  }
  return { finding, acknowledged };
};

/** I-8: no success without a valid credential. */
export const authenticatedOnly = ({ asked }: Dossier): Finding => {
  const finding = new Finding("I-8", "no success without a valid credential");
  for (const { sent, ends } of asked.values()) {
    if (sent.authenticated) continue;
    for (const line of ends)
      if (line.type === "reply")
        finding.check(line.status >= 400, () => `call ${line.call} was answered ${line.status}`);
  }
  return finding;
};

/** I-9: every reply is a success or a typed error whose effect is true. */
export const typedEffects = (dossier: Dossier): Finding => {
  const { client, operations, rows, billed, callOf } = dossier;
  const finding = new Finding("I-9", "every reply is a success or a typed error whose effect is true");
  const byRequest = groupBy(operations, ({ requestId }) => requestId);
  const byCall = groupBy(operations, ({ operationId }) => callOf(operationId));
  for (const line of client) {
    if (line.type !== "reply") continue;
    const { call, code, effect, status, requestId, operationId } = line;
    finding.check(line.wellFormed, () => `call ${call}: a reply with status ${status} cannot be read: ${line.body}`);
    finding.check((status === 200) === (code === null), () => `call ${call}: status ${status} with code ${code}`);
    if (code === null) continue;
    finding.check(code !== "INTERNAL", () => `call ${call}: an internal error`);
    finding.check(
      Object.hasOwn(errorTable, code) && /^(none|done|unknown)$/.test(effect ?? ""),
      () => `call ${call}: ${code} with effect ${effect}`,
    );
    const named = operationId === null ? undefined : rows.get(operationId);
    const made = requestId === null ? [] : (byRequest.get(requestId) ?? []);
    // A repeat that finds the first one under way speaks of that one.
    const at = BigInt(Date.parse(line.at)) * 1_000n;
    const first = code.startsWith("IDEMPOTENCY_")
      ? (byCall.get(call) ?? []).filter(({ createdAt }) => createdAt <= at)
      : [];
    if (effect === "none")
      for (const { operationId } of [...made, ...first, ...(named ? [named] : [])])
        finding.check(
          !billed.has(operationId),
          () => `call ${call}: ${code} says none, the vendor bills ${operationId}`,
        );
    if (effect === "done")
      finding.check(
        named?.state === "settled" || (named !== undefined && isHeld(named)),
        () => `call ${call}: ${code} says done, the row is ${named?.state ?? "not there"}`,
      );
  }
  return finding;
};

/** How long after a kill its address may still be tried. */
const staleAddressMs = 2_000;

const overlaps = (
  { at: began, gateway }: SentLine,
  { at: ended }: BrokenLine,
  { kind, target, from, to }: Disturbance,
): boolean =>
  (kind === "network" || ((kind === "kill" || kind === "pause") && target === gateway)) &&
  Date.parse(began) <= Date.parse(to) + staleAddressMs &&
  Date.parse(from) <= Date.parse(ended);

/** Every call is answered; a connection breaks only where somebody broke it. */
export const everyCallAnswered = ({ asked, client, disturbances }: Dossier): Finding => {
  const finding = new Finding("replies", "each call is answered once, or its connection was broken by a disturbance");
  for (const { sent, ends } of asked.values()) {
    finding.check(ends.length === 1, () => `call ${sent.call}/${sent.attempt} has ${ends.length} endings`);
    for (const line of ends) {
      if (line.type === "reply") continue;
      const explained = line.reason === "left" ? sent.leaves : disturbances.some((one) => overlaps(sent, line, one));
      finding.check(
        explained,
        () => `call ${sent.call}/${sent.attempt}: ${line.reason}, and nobody broke ${sent.gateway}`,
      );
    }
  }
  for (const line of client)
    if (line.type !== "sent")
      finding.check(asked.has(askedKey(line)), () => `call ${line.call} has an ending and was never sent`);
  return finding;
};
