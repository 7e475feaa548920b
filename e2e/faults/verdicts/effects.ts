import type { IntentRow, ReplyLine } from "../evidence.ts";
import { isExact, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";
import { groupBy } from "./group-by.ts";

/**
 * Several rows of one call are legs of one failover: made for one request, each for another target, and each before the
 * last ended without an answer that could be told.
 */
const areLegs = (rows: readonly IntentRow[], answered: (iid: string) => boolean): boolean => {
  const targets = new Set(rows.map(({ vendor, model }) => `${vendor}/${model}`));
  const requests = new Set(rows.map(({ requestId }) => requestId));
  const inOrder = rows.toSorted((a, b) => Number(a.createdAt - b.createdAt));
  return (
    targets.size === rows.length &&
    requests.size === 1 &&
    !requests.has(null) &&
    inOrder.slice(0, -1).every(({ iid }) => !answered(iid))
  );
};

/** I-5: one call, however often it was sent, has one effect, one row and one answer. */
export const oneEffectEach = (dossier: Dossier) => {
  const { requests, client, entries, intents, rows, billed, callOf } = dossier;
  const finding = new Finding("I-5", "one call, repeated or not, has at most one effect, one booking and one answer");
  let doubled = 0;
  const once = (holds: boolean, otherwise: () => string): void => {
    if (!finding.check(holds, otherwise)) doubled += 1;
  };
  const acknowledged = client.filter(
    (line): line is ReplyLine => line.type === "reply" && line.status === 200 && line.wellFormed,
  );
  const answeredRows = new Set(acknowledged.map(({ operationId }) => operationId));
  const answered = (iid: string): boolean => answeredRows.has(iid);

  for (const [iid, effects] of billed) once(effects.length === 1, () => `${iid} has ${effects.length} effects`);
  // By the mark in its text: another byte in the body does not make another call.
  for (const [call, effects] of groupBy(
    requests.filter((request) => request.billed),
    ({ mark }) => mark,
  )) {
    const ids = [...new Set(effects.map(({ operationId }) => operationId ?? ""))];
    const legs = ids.flatMap((iid) => rows.get(iid) ?? []);
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
  const kept = intents.filter(({ state }) => state !== "released");
  const booked = (of: readonly IntentRow[], what: string): void =>
    once(of.length === 1 || areLegs(of, answered), () => `${what} has rows ${of.map(({ iid }) => iid).join(", ")}`);
  for (const [request, of] of groupBy(kept, ({ requestId }) => requestId)) booked(of, `request ${request}`);
  for (const [call, of] of groupBy(kept, ({ iid }) => callOf(iid))) booked(of, `call ${call}`);
  for (const [iid, of] of groupBy(
    entries.filter(({ kind }) => kind === "cost" || kind === "overrun"),
    (entry) => entry.iid,
  )) {
    for (const kind of ["cost", "overrun"]) {
      const times = of.filter((entry) => entry.kind === kind).length;
      once(times <= 1, () => `${iid} is booked ${times} times as ${kind}`);
    }
  }
  for (const [iid, same] of groupBy(intents, (row) => row.iid))
    once(same.length === 1, () => `${iid} stands there ${same.length} times`);
  for (const [call, same] of groupBy(acknowledged, (line) => line.call)) {
    const answers = new Set(same.map(({ contentDigest, operationId }) => `${contentDigest} ${operationId}`));
    once(answers.size === 1, () => `call ${call} was answered in ${answers.size} ways`);
  }
  // What nobody can tie to a call was made for one whose connection broke, and for no more of them than there are.
  const broken = client.filter(({ type }) => type === "broken").length;
  const strays = kept.filter((row) => callOf(row.iid) === undefined);
  once(strays.length <= broken, () => `${strays.length} rows belong to no call, ${broken} connections broke`);
  for (const row of strays) once(!isExact(row), () => `${row.iid} has a vendor's numbers and belongs to no call`);
  return { finding, doubled };
};
