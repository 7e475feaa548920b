import type { Deps } from "../../platform/deps.ts";
import { openBatch } from "../../platform/batch.ts";
import { addGaps, upsertActivity } from "./store.ts";

/** Counts which apps called for whom, and how many calls had none; stored a few times a minute. */
export interface AppActivity {
  readonly called: (organizationId: string, appId: string | undefined) => void;
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The UTC day of a moment, `YYYY-MM-DD`. */
export const utcDayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

interface Seen {
  readonly organizationId: string;
  readonly appId: string;
  readonly at: number;
}

interface Gap {
  readonly organizationId: string;
  readonly day: string;
  readonly calls: number;
}

const dayMs = 86_400_000;

export const openAppActivity = ({ db, clock, log }: Pick<Deps, "db" | "clock" | "log">): AppActivity => {
  const seen = openBatch<Seen>({
    name: "app activity",
    merge: (earlier, later) => (later.at > earlier.at ? later : earlier),
    write: (facts) => upsertActivity(db.pool, [...facts.values()]),
    log,
  });
  const gaps = openBatch<Gap>({
    name: "attribution gaps",
    merge: (earlier, later) => ({ ...earlier, calls: earlier.calls + later.calls }),
    write: (facts) => addGaps(db.pool, [...facts.values()]),
    log,
  });
  const both = async (work: (batch: typeof seen | typeof gaps) => Promise<void>): Promise<void> => {
    await Promise.all([work(seen), work(gaps)]);
  };
  let present = { number: Number.NaN, day: "" };
  /** Written out once a day, not once a call. */
  const today = (at: number): string => {
    const number = Math.floor(at / dayMs);
    if (number !== present.number) present = { number, day: utcDayOf(at) };
    return present.day;
  };
  return {
    called: (organizationId, appId) => {
      const at = clock.now();
      if (appId !== undefined) {
        seen.add(`${organizationId} ${appId}`, { organizationId, appId, at });
        return;
      }
      const day = today(at);
      gaps.add(`${organizationId} ${day}`, { organizationId, day, calls: 1 });
    },
    flush: () => both((batch) => batch.flush()),
    close: () => both((batch) => batch.close()),
  };
};
