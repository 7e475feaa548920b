import { pruneMeterEvents } from "../domain/billing/index.ts";
import { bookRefunds, lookAtTopUps, sendMeterEvents } from "../transport/billing/index.ts";
import type { ProcedureDeps } from "../transport/trpc/procedure-deps.ts";
import { repeatWork } from "./repeat-work.ts";

const meterMs = 500;
const topUpMs = 1_000;
const refundMs = 30_000;
const pruneMs = 600_000;

/** As long as there is more to do, and the process runs. */
const all = async (isStopped: () => boolean, work: () => Promise<number>): Promise<void> => {
  while (!isStopped() && (await work()) > 0);
};

/** What is done for customers of apps beside their calls, again and again; answers how each is ended. */
export const startBillingWork = (deps: ProcedureDeps): readonly (() => void)[] => {
  const { log } = deps.gateway;
  let stopped = false;
  const isStopped = (): boolean => stopped;
  return [
    repeatWork(meterMs, "meter events", log, () => all(isStopped, () => sendMeterEvents(deps))),
    repeatWork(topUpMs, "top-ups", log, () => all(isStopped, () => lookAtTopUps(deps))),
    repeatWork(refundMs, "refunds of top-ups", log, () => bookRefunds(deps)),
    repeatWork(pruneMs, "meter events of long ago", log, () => pruneMeterEvents(deps.management.db.pool)),
    () => {
      stopped = true;
    },
  ];
};
