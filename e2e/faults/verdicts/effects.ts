import type { JudgedOperation, ReplyLine } from "../evidence.ts";
import { isExact, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";
import { groupBy } from "./group-by.ts";

/**
 * Several rows of one call are legs of one failover: made for one request, each for another target, and each before the
 * last ended without an answer that could be told.
 */
const areLegs = (rows: readonly JudgedOperation[], answered: (operationId: string) => boolean): boolean => {
  const targets = new Set(rows.map(({ vendor, model }) => `${vendor}/${model}`));
  const requests = new Set(rows.map(({ requestId }) => requestId));
  const inOrder = rows.toSorted((a, b) => Number(a.createdAt - b.createdAt));
  return (
    targets.size === rows.length &&
    requests.size === 1 &&
    !requests.has(null) &&
    inOrder.slice(0, -1).every(({ operationId }) => !answered(operationId))
  );
};

/** I-5: one call, however often it was sent, has one effect, one row and one answer. */
export const oneEffectEach = (dossier: Dossier) => {
  const { requests, client, entries, operations, rows, billed, callOf } = dossier;
  const finding = new Finding("I-5", "one call, repeated or not, has at most one effect, one booking and one answer");
  let doubled = 0;
  const once = (holds: boolean, otherwise: () => string): void => {
    if (!finding.check(holds, otherwise)) doubled += 1;
  };
  const acknowledged = client.filter(
    (line): line is ReplyLine => line.type === "reply" && line.status === 200 && line.wellFormed,
  );
  const answeredRows = new Set(acknowledged.map(({ operationId }) => operationId));
  const answered = (operationId: string): boolean => answeredRows.has(operationId);

  for (const [operationId, effects] of billed)
    once(effects.length === 1, () => `${operationId} has ${effects.length} effects`);
  // By the mark in its text: another byte in the body does not make another call.
  for (const [call, effects] of groupBy(
    requests.filter((request) => request.billed),
    ({ mark }) => mark,
  )) {
    const ids = [...new Set(effects.map(({ operationId }) => operationId ?? ""))];
    const legs = ids.flatMap((operationId) => rows.get(operationId) ?? []);
    once(
      ids.length === 1 || (legs.length === ids.length && areLegs(legs, answered)),
      () => `call ${call} has effects under ${ids.join(", ")}`,
    );
  }
  // Every call's text is its own, so that equal bodies at the vendor are the same call.
  for (const [digest, same] of groupBy(
    requests.filter((request) => request.billed),
    ({ bodyDigest }) => bodyDigest,
  ))
    once(same.length === 1, () => `${same.length} effects of one body, ${digest.slice(0, 12)}`);
  const kept = operations.filter(({ state }) => state !== "released");
  const booked = (of: readonly JudgedOperation[], what: string): void =>
    once(
      of.length === 1 || areLegs(of, answered),
      () => `${what} has rows ${of.map(({ operationId }) => operationId).join(", ")}`,
    );
  for (const [request, of] of groupBy(kept, ({ requestId }) => requestId)) booked(of, `request ${request}`);
  for (const [call, of] of groupBy(kept, ({ operationId }) => callOf(operationId))) booked(of, `call ${call}`);
  for (const [operationId, of] of groupBy(
    entries.filter(({ kind }) => kind === "cost" || kind === "overrun"),
    (entry) => entry.operationId,
  )) {
    for (const kind of ["cost", "overrun"]) {
      const times = of.filter((entry) => entry.kind === kind).length;
      once(times <= 1, () => `${operationId} is booked ${times} times as ${kind}`);
    }
  }
  for (const [operationId, same] of groupBy(operations, (row) => row.operationId))
    once(same.length === 1, () => `${operationId} stands there ${same.length} times`);
  for (const [call, same] of groupBy(acknowledged, (line) => line.call)) {
    const answers = new Set(same.map(({ contentDigest, operationId }) => `${contentDigest} ${operationId}`));
    once(answers.size === 1, () => `call ${call} was answered in ${answers.size} ways`);
  }
  // What nobody can tie to a call was made for one whose connection broke, and for no more of them than there are.
  const broken = client.filter(({ type }) => type === "broken").length;
  const strays = kept.filter((row) => callOf(row.operationId) === undefined);
  once(strays.length <= broken, () => `${strays.length} rows belong to no call, ${broken} connections broke`);
  for (const row of strays)
    once(!isExact(row), () => `${row.operationId} has a vendor's numbers and belongs to no call`);
  return { finding, doubled };
};
