import { takeRefunds, takeTopUps } from "../../domain/billing/index.ts";
import type { ProcedureDeps } from "../trpc/procedure-deps.ts";
import { lookAtTopUp } from "./top-up.ts";
import { workerContext } from "./worker-context.ts";

const batch = 20;

/** Looks at the checkouts of top-ups that are due, each leased to one process. Says how many. */
export const lookAtTopUps = async (deps: ProcedureDeps): Promise<number> => {
  const { gateway, management } = deps;
  const due = await takeTopUps(management.db.pool, batch);
  await Promise.all(
    due.map(async (row) => {
      try {
        await lookAtTopUp(workerContext(deps, row.organizationId, row.appId), row);
      } catch (error) {
        gateway.log.warn({ err: error, reference: row.reference }, "a top-up was not looked at; trying again later");
      }
    }),
  );
  return due.length;
};

/** Books refunds of top-ups that were made. */
export const bookRefunds = async ({ management }: ProcedureDeps): Promise<void> => {
  while ((await takeRefunds(management)) > 0);
};
