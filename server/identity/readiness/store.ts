import { queryWithin } from "../../platform/db/query-within.ts";
import { createReadiness, NotReady, type Readiness } from "../../platform/readiness.ts";
import type { IdentityContext } from "../identity-context.ts";

const askMs = 1_500;
/** Tokens are good for minutes: services whose clocks follow the database's would take them for expired, or not yet good. */
const maxClockOffsetMs = 120_000;

/** What Auth needs to answer: its database, and a clock that agrees with it. */
const openReadiness = ({ db, clock }: Pick<IdentityContext, "db" | "clock">): Readiness =>
  createReadiness(
    [
      {
        name: "database",
        check: async () => {
          const before = clock.now();
          const [row] = await queryWithin<{ now: Date }>(db.pool, "select clock_timestamp() as now", askMs);
          const offsetMs = Math.round((before + clock.now()) / 2 - (row?.now.getTime() ?? Number.NaN));
          const note = `${offsetMs} ms from the database's clock`;
          if (!(Math.abs(offsetMs) <= maxClockOffsetMs)) throw new NotReady(`${note}, ${maxClockOffsetMs} at most`);
          return `answers; ${note}`;
        },
      },
    ],
    // Time of its own: it is about this process, whatever the clock says.
    { monotonic: () => performance.now() },
  );

const opened = new WeakMap<IdentityContext["db"], Readiness>();

/** The readiness of the Auth behind a context. */
export const readinessOf = (context: IdentityContext): Readiness => {
  const known = opened.get(context.db);
  if (known) return known;
  const made = openReadiness(context);
  opened.set(context.db, made);
  return made;
};
