/** One thing that readiness depends on. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves with a short note. Throws NotReady with the reason; other errors are not described. */
  readonly check: () => Promise<string>;
}

/** Why something is not ready; public, because readiness needs no credential. */
export class NotReady extends Error {
  override readonly name = "NotReady";
}

export interface CheckResult {
  readonly ok: boolean;
  readonly note: string;
}

/** What a look has found, by check. */
export interface Report {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

export interface Readiness {
  /** Never rejects. Those who ask within a second of each other share one look, so that a flood of them costs nothing. */
  readonly look: () => Promise<Report>;
}

const answerMs = 2_000;
const freshMs = 1_000;
/** A check that got no answer may still be waiting for one; a few of those are left alone, more are not begun. */
const maxWaiting = 3;

const silent: CheckResult = { ok: false, note: "no answer in time" };

const boundedCheck = ({ check }: ReadinessCheck): (() => Promise<CheckResult>) => {
  let waiting = 0;
  const run = async (): Promise<CheckResult> => {
    waiting += 1;
    try {
      return { ok: true, note: await check() };
    } catch (error) {
      return { ok: false, note: error instanceof NotReady ? error.message : "not available" };
    } finally {
      waiting -= 1;
    }
  };
  return async () => {
    if (waiting >= maxWaiting) return silent;
    const late = Promise.withResolvers<CheckResult>();
    const timer = setTimeout(() => late.resolve(silent), answerMs);
    try {
      return await Promise.race([run(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  };
};

/** Asks everything at once, each for real and none for longer than two seconds. */
export const createReadiness = (
  checks: readonly ReadinessCheck[],
  clock: { readonly monotonic: () => number },
): Readiness => {
  const bounded = checks.map((each) => [each.name, boundedCheck(each)] as const);
  let last: Promise<Report> | undefined;
  let endedAt: number | undefined;
  const lookNow = async (): Promise<Report> => {
    const found = await Promise.all(bounded.map(async ([name, ask]) => [name, await ask()] as const));
    endedAt = clock.monotonic();
    return { ready: found.every(([, { ok }]) => ok), checks: Object.fromEntries(found) };
  };
  return {
    look: () => {
      if (last === undefined || (endedAt !== undefined && clock.monotonic() - endedAt >= freshMs)) {
        endedAt = undefined;
        last = lookNow();
      }
      return last;
    },
  };
};
