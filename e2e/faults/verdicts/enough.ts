import type { ReplyLine } from "../evidence.ts";
import { groupBy } from "./group-by.ts";
import { isExact, type Dossier } from "./dossier.ts";
import { Finding } from "./finding.ts";

/** How much of each kind a run must show before a verdict on it means anything. */
export interface Demand {
  /** Calls, and those of them the vendor bills. */
  readonly calls: number;
  readonly billed: number;
  readonly streams: number;
  /** Callers, by what they are known by. */
  readonly callers: number;
  readonly strangers: number;
  /** Keyed calls that were sent again, and answers that were given again. */
  readonly repeats: number;
  readonly replays: number;
  /** Refused for want of budget. */
  readonly refusals: number;
  /** Left by the caller before the end. */
  readonly left: number;
  /** Gateways killed. */
  readonly kills: number;
  /** Rows at the vendor's numbers, at an estimate, in doubt at some time, and given back. */
  readonly exact: number;
  readonly estimated: number;
  readonly doubted: number;
  readonly released: number;
  /** Percent of the vendor's requests whose operation was looked for while the database could be asked. */
  readonly sightedPercent: number;
  /** Percent of the replies to valid calls within their budget that are successes. */
  readonly answeredPercent: number;
  /** What is estimated for billed rows is at most so many times the vendor's bill, from so many rows on. */
  readonly estimateFactor: number;
  readonly estimatesForFactor: number;
}

/** The least anybody may ask for: something of everything. */
export const leastDemand: Demand = {
  calls: 20,
  billed: 10,
  streams: 5,
  callers: 3,
  strangers: 1,
  repeats: 1,
  replays: 1,
  refusals: 1,
  left: 1,
  kills: 1,
  exact: 10,
  estimated: 1,
  doubted: 1,
  released: 1,
  sightedPercent: 80,
  answeredPercent: 30,
  estimateFactor: 40,
  estimatesForFactor: 10,
};

/** What a kill campaign of a size must show. */
export const demandOfKills = (kills: number): Demand => ({
  ...leastDemand,
  calls: Math.max(leastDemand.calls, kills * 8),
  billed: Math.max(leastDemand.billed, kills * 4),
  streams: Math.max(leastDemand.streams, kills * 2),
  callers: 6,
  strangers: Math.max(1, Math.floor(kills / 10)),
  repeats: Math.max(1, kills),
  replays: Math.max(1, Math.floor(kills / 10)),
  refusals: Math.max(1, Math.floor(kills / 10)),
  left: Math.max(1, Math.floor(kills / 10)),
  kills,
  exact: Math.max(leastDemand.exact, kills * 2),
  estimated: Math.max(1, Math.floor(kills / 4)),
  doubted: Math.max(1, Math.floor(kills / 4)),
});

/** Refusals that say nothing against the gateway: no budget, no credential, an operation under way. */
const rightly = new Set(["BUDGET_EXCEEDED", "UNAUTHENTICATED", "IDEMPOTENCY_IN_PROGRESS", "RATE_LIMITED"]);

/** There is evidence of each kind; a run that shows nothing proves nothing. */
export const enoughEvidence = (dossier: Dossier, demand: Demand): Finding => {
  const { asked, client, operations, entries, rollups, budgets, requests, sightings, billed, disturbances } = dossier;
  const finding = new Finding("evidence", "the run has shown enough of each kind to be judged");
  const want = (what: string, is: number, least: number): void =>
    void finding.check(is >= least, () => `${is} ${what}, ${least} are demanded`);
  const sent = [...asked.values()].map((one) => one.sent);
  const replies = client.filter((line): line is ReplyLine => line.type === "reply");
  const calls = groupBy(sent, ({ call }) => call);
  const rowsThat = (is: (row: (typeof operations)[number]) => boolean): number => operations.filter(is).length;
  want("calls", calls.size, demand.calls);
  want("effects that the vendor bills", billed.size, demand.billed);
  want("streams", sent.filter(({ stream }) => stream).length, demand.streams);
  want(
    "callers",
    groupBy(sent, ({ keyId, userId, appId }) => keyId && `${keyId} ${userId} ${appId}`).size,
    demand.callers,
  );
  want("strangers", sent.filter(({ authenticated }) => !authenticated).length, demand.strangers);
  want(
    "repeated calls",
    [...calls.values()].filter((same) => same.length > 1 && same[0]?.key !== null).length,
    demand.repeats,
  );
  want("answers given again", replies.filter(({ replayed }) => replayed).length, demand.replays);
  want("refusals by budget", replies.filter(({ code }) => code === "BUDGET_EXCEEDED").length, demand.refusals);
  want("calls left", client.filter((line) => line.type === "broken" && line.reason === "left").length, demand.left);
  want("kills", disturbances.filter(({ kind }) => kind === "kill").length, demand.kills);
  want("rows at the vendor's numbers", rowsThat(isExact), demand.exact);
  want(
    "estimated rows",
    rowsThat(({ source }) => source === "estimated"),
    demand.estimated,
  );
  want(
    "rows that were in doubt",
    rowsThat(({ doubt }) => doubt !== null),
    demand.doubted,
  );
  want(
    "released rows",
    rowsThat(({ state }) => state === "released"),
    demand.released,
  );
  want("entries", entries.length, Math.min(demand.billed, operations.length) || 1);
  want("budgets", budgets.filter(({ hard }) => hard).length, 1);
  for (const scope of ["organization", "app", "user", "key"] as const)
    if (demand.callers >= 6)
      want(`budgets of the scope ${scope}`, budgets.filter((one) => one.scope === scope).length, 1);
  for (const name of ["usage_hour", "usage_hour_app"] as const)
    want(`rows of ${name}`, rollups.filter((row) => row.name === name).length, 1);
  for (const line of dossier.run) {
    if (line.type !== "fault") continue;
    finding.check(line.effect > 0, () => `${line.name} on ${line.on} has had no effect: 0 ${line.measure}`);
  }
  const visible = sightings.filter((one) => one.visible === true).length;
  want(
    "percent of the vendor's requests whose operation was seen",
    Math.floor((visible * 100) / Math.max(requests.length, 1)),
    demand.sightedPercent,
  );
  const own = replies.filter(({ code }) => code === null || !rightly.has(code));
  const answered = own.filter(({ status, wellFormed }) => status === 200 && wellFormed).length;
  want(
    "percent of the replies that are answers",
    Math.floor((answered * 100) / Math.max(own.length, 1)),
    demand.answeredPercent,
  );
  return finding;
};
