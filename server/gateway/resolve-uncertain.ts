import { attemptSummaryOf, namedModel } from "../contracts/nexus-facts.ts";
import { nothingMetered } from "../contracts/vendor-call.ts";
import type { Acts } from "../families/family.ts";
import type { AttemptRecord, HoldResolution, UnknownAct } from "../platform/ledger/index.ts";
import { askMs, cancelAct, lookUpAct, sendAgain, type AskingAfter, type Attempted, type Proof } from "./ask-after.ts";
import { conclude, type UnknownFacts } from "./conclude.ts";
import type { Gateway } from "./gateway.ts";
import { storedAnswerOf } from "./replay.ts";
import { sendCopy } from "./send-copy.ts";

/** Three questions, and the time to write down what they say. */
const leaseMs = 4 * askMs;
const batch = 20;
const firstPauseMs = 1_000;
const longestPauseMs = 300_000;
/** What takes its time to show has shown after so many settle times. */
const patientSettles = 4;

/** An app was told; the answer itself nobody gave. */
const reportProof: Proof = { by: "report", metered: nothingMetered(undefined), result: undefined };

const reportedOf = ({ reports, vendor }: UnknownAct): UnknownFacts["reported"] => {
  const own = reports.filter((report) => report.vendor === vendor);
  return own.some(({ outcome }) => outcome === "done") ? "done" : own.at(-1)?.outcome;
};

const recordOf = ({ vendor, model }: UnknownAct, attempt: Attempted, done: boolean): AttemptRecord => ({
  n: attempt.n,
  vendor,
  model,
  credentialTier: attempt.credentialTier,
  credentialId: attempt.credentialId,
  startedAt: attempt.startedAt.toISOString(),
  outcome: done ? "answered" : "refused",
  evidence: done ? "done" : "not_executed",
});

/** Books what was done at its price, with the answer that a repeat of the call is given. */
const settle = async (
  gateway: Gateway,
  act: UnknownAct,
  attempt: Attempted,
  proof: Proof,
  acts: Acts,
): Promise<void> => {
  const { operationId, vendor, model } = act;
  const { credentialTier, credentialId, priceNanos } = attempt;
  const { metered, result, by } = proof;
  if (acts.goesOn !== undefined && result !== undefined)
    return acts.goesOn(operationId, result, gateway.answers.seal(operationId, result));
  const { costNanos, source } = acts.bookingOf?.({ vendor, operation: act.operation }, priceNanos, metered) ?? {
    costNanos: priceNanos,
    source: "provider",
  };
  const record = recordOf(act, attempt, true);
  const facts = {
    operationId,
    vendor,
    ...namedModel(model),
    credentialTier,
    costNanoUsd: costNanos.toString(),
    usageSource: source,
    attempts: [attemptSummaryOf(record)],
  };
  await gateway.ledger.settle({
    operationId,
    end: "settled",
    costNanos,
    source,
    result: {
      resolution: { by },
      vendorRequestId: metered.vendorRequestId,
      rawUsage: metered.rawUsage,
      target: { vendor, model, credentialTier, credentialId },
    },
    attempts: [record],
    answer: result && gateway.answers.seal(operationId, storedAnswerOf({ facts, units: {} }, result)),
  });
};

const release = async (
  { ledger, clock }: Gateway,
  act: UnknownAct,
  by: HoldResolution["by"],
  attempts: readonly AttemptRecord[],
): Promise<void> => {
  const { operationId } = act;
  // What came from the queue is tried again, unless the vendor's no is about the request.
  if (by !== "replay") {
    const due = new Date(clock.now() + pauseMs(act));
    if ((await ledger.queue.putBack(operationId, due, attempts)) !== "ends") return;
  }
  const result = { errorCode: "PROVIDER_UNAVAILABLE", resolution: { by, worker: ledger.processId } } as const;
  await ledger.settle({ operationId, end: "released", source: "none", result, attempts });
};

const byOf = ({ repeated, found, cancelled, reported }: UnknownFacts): HoldResolution["by"] =>
  found === "absent" || cancelled
    ? "lookup"
    : reported === "not_done"
      ? "report"
      : repeated === "rejected"
        ? "replay"
        : "lookup";

/** Doubled each time, so that many of them do not press a vendor that has trouble. */
const pauseMs = ({ tries }: UnknownAct): number =>
  Math.min(firstPauseMs * 2 ** Math.min(tries, 16), longestPauseMs) * (0.75 + Math.random() / 2);

const noteOf = ({ repeated, found, quiet, keyAlive }: UnknownFacts): string =>
  [
    repeated === undefined ? "not sent again" : `sent again: ${repeated}`,
    found === undefined ? "no look-up" : `look-up: ${found}`,
    keyAlive ? "the key can be used" : "no key to use",
    quiet ? "nothing on its way" : "may be on its way",
  ].join(", ");

/** By whom the family is named in the name of an operation. */
const actsNamed = ({ families }: Gateway, operation: string): Acts | undefined =>
  Object.entries(families).find(([name]) => operation.startsWith(`${name}.`))?.[1]?.acts;

const settleOrDefer = async (asking: AskingAfter): Promise<void> => {
  const { gateway, act, attempt, rules } = asking;
  // Nothing will ever say more of it: whoever accepts a second copy need not wait for that.
  if (act.tries === 0 && !attempt.keyAlive && rules.lookUp === "none") await sendCopy(gateway, act.operationId);
  const again = await sendAgain(asking);
  const looked = again.proof === undefined ? await lookUpAct(asking) : { found: undefined, proof: undefined };
  const settledMs = act.quietMs - gateway.callTimeoutMs;
  const quiet = !again.sent && settledMs >= rules.settleMs;
  const proof = again.proof ?? looked.proof;
  const known: UnknownFacts = {
    repeated: again.repeated,
    found: looked.found,
    cancelled: proof === undefined && (await cancelAct(asking, quiet)),
    reported: reportedOf(act),
    quiet,
    keyAlive: attempt.keyAlive,
    patient: settledMs >= patientSettles * rules.settleMs,
  };
  const conclusion = conclude(known, rules);
  if (conclusion === "done") return settle(gateway, act, attempt, proof ?? reportProof, asking.acts);
  if (conclusion === "none") return release(gateway, act, byOf(known), [recordOf(act, attempt, false)]);
  const quietInMs = (again.sent ? gateway.callTimeoutMs : -settledMs) + rules.settleMs;
  await gateway.ledger.acts.defer(act.operationId, {
    afterMs: quiet ? pauseMs(act) : Math.min(pauseMs(act), Math.max(quietInMs, firstPauseMs)),
    note: noteOf(known),
    sent: again.sent,
    review: conclusion === "review",
  });
  if (conclusion === "review") await sendCopy(gateway, act.operationId);
};

/** The secret has been replaced since, perhaps by another account's: what is found is a proof, and nothing else is. */
const findOrReview = async (asking: AskingAfter): Promise<void> => {
  const { gateway, act, attempt } = asking;
  const { proof } = await lookUpAct(asking);
  const reported = reportedOf(act) === "done";
  if (proof !== undefined || reported) return settle(gateway, act, attempt, proof ?? reportProof, asking.acts);
  const note = "the credential that it was made with has been replaced";
  await gateway.ledger.acts.defer(act.operationId, { afterMs: longestPauseMs, note, review: true });
};

const resolve = async (gateway: Gateway, act: UnknownAct): Promise<void> => {
  const { operationId, attempt, vendor, operation, organizationId } = act;
  // Every attempt that was made has proved that it did nothing.
  if (attempt === undefined) return release(gateway, act, "lookup", []);
  const acts = actsNamed(gateway, operation);
  const credential = gateway.credentialOf(organizationId, vendor, attempt.credentialId);
  if (acts === undefined || credential === undefined) {
    const missing = acts === undefined ? "operation" : "credential";
    const note = `the ${missing} that it was made with is no longer there`;
    return gateway.ledger.acts.defer(operationId, { afterMs: longestPauseMs, note, review: true });
  }
  const target = { vendor, operation };
  const asking: AskingAfter = { gateway, act, attempt, acts, target, credential, rules: acts.rulesOf(target) };
  return credential.version === attempt.credentialVersion ? settleOrDefer(asking) : findOrReview(asking);
};

/**
 * Asks after operations of unknown outcome that are due, each leased to one process: sends the same request again while its
 * key lives, looks it up, and reads what was reported. Says how many were asked after.
 */
export const resolveUncertain = async (gateway: Gateway): Promise<number> => {
  const { ledger, log } = gateway;
  const due = await ledger.acts.claim(leaseMs, batch);
  await Promise.all(
    due.map(async (act) => {
      const { operationId } = act;
      try {
        await resolve(gateway, act);
        await ledger.acts.release(operationId);
      } catch (error) {
        log.warn({ err: error, operationId }, "unknown outcome not resolved; trying again");
        await ledger.acts.defer(operationId, { afterMs: pauseMs(act), note: "could not be asked after", sent: true });
      }
    }),
  );
  return due.length;
};
