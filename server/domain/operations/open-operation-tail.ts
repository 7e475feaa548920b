import { NexusError } from "../../errors.ts";
import { firstIdOf } from "../../platform/ids.ts";
import type { Logger } from "../../platform/logger.ts";
import { FollowedOrganization, type Follower } from "./followed-organization.ts";
import type { OperationMark } from "./operation-mark.ts";
import type { OperationRow } from "./operation-row.ts";

/** What a follower is given at once: operations that began or changed, the oldest first, and how many more did. */
export interface TailPart {
  readonly rows: readonly OperationRow[];
  /** At least so many changes were left out, because there were too many of them or they were not read in time. */
  readonly missed: number;
}

/** What the tail reads: each is one statement, whoever and however many follow. */
export interface TailSource {
  /** The newest operations of each of the organizations from an id on, newest first, at most so many of each. */
  readonly recent: (
    organizationIds: readonly string[],
    from: string,
    limit: number,
  ) => Promise<readonly OperationMark[]>;
  readonly marksOf: (operationIds: readonly string[]) => Promise<readonly OperationMark[]>;
  readonly rowsOf: (operationIds: readonly string[]) => Promise<readonly OperationRow[]>;
}

/** Who follows what. */
export interface Following {
  readonly organizationId: string;
  /** Whose credential it is that follows: a person, a key or a service's token. */
  readonly caller: string;
}

/** What happens to operations, as it happens: one look at the database a second, while anybody follows. */
export interface OperationTail {
  /**
   * Follows an organization for a while, or until the signal aborts or the tail closes: an empty part as soon as whatever
   * follows will be told, then the changes. Throws OVERLOADED where too many follow already.
   */
  readonly follow: (following: Following, signal: AbortSignal) => AsyncGenerator<TailPart, void, void>;
  readonly followers: () => number;
  readonly close: () => void;
}

interface OpenTail {
  readonly source: TailSource;
  readonly now: () => number;
  readonly log: Logger;
  readonly everyMs?: number;
  /** Then whoever follows has to show a credential again. */
  readonly longestMs?: number;
  readonly most?: { readonly followers: number; readonly ofOrganization: number; readonly ofCaller: number };
}

/** Ids are made before they are committed, by several processes: one may be seen after a later one. */
const overlapMs = 10_000;
/** What a look that comes later than this does not reach is counted as missed. */
const longestGapMs = 60_000;
const mostMarks = 500;
/** Of all organizations that are followed, in one look. */
const mostRows = 2_000;
const mostRowsOfOrganization = 100;
/** Of one follower's, that it has not read yet. */
const mostWaiting = 200;
const usualMost = { followers: 200, ofOrganization: 50, ofCaller: 4 } as const;

const tell = (follower: Follower, rows: readonly OperationRow[], more: number): void => {
  const waiting = [...follower.rows, ...rows];
  follower.missed += more + Math.max(waiting.length - mostWaiting, 0);
  follower.rows = waiting.slice(-mostWaiting);
  follower.wake?.();
};

const partsOf = async function* (
  follower: Follower,
  over: AbortSignal,
  leave: () => void,
): AsyncGenerator<TailPart, void, void> {
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!over.aborted && !isThere())
      await new Promise<void>((resolve) => {
        follower.wake = resolve;
      });
  };
  try {
    await until(() => follower.isReady);
    if (!over.aborted) yield { rows: [], missed: 0 };
    for (;;) {
      await until(() => follower.rows.length > 0 || follower.missed > 0);
      if (over.aborted) return;
      const { rows, missed } = follower;
      follower.rows = [];
      follower.missed = 0;
      yield { rows, missed };
    }
  } finally {
    leave();
  }
};

const tooMany = (who: string): NexusError =>
  new NexusError("OVERLOADED", { message: `${who} at the moment; list the operations instead.` });

/** Opens the tail of a process. It looks at nothing while nobody follows. */
export const openOperationTail = ({
  source,
  now,
  log,
  everyMs = 1_000,
  longestMs = 30_000,
  most = usualMost,
}: OpenTail): OperationTail => {
  const organizations = new Map<string, FollowedOrganization>();
  const byCaller = new Map<string, number>();
  const closed = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let followers = 0;
  let lastLook: number | undefined;

  const look = async (): Promise<void> => {
    const at = now();
    const followed = [...organizations.values()];
    const since = Math.max(Math.min(lastLook ?? at, at) - overlapMs, at - longestGapMs);
    const from = firstIdOf(since);
    const isLate = lastLook !== undefined && lastLook - overlapMs < since;
    const recent = Map.groupBy(
      await source.recent(
        followed.map(({ id }) => id),
        from,
        mostMarks,
      ),
      ({ organizationId }) => organizationId,
    );
    const open = followed.flatMap((organization) => organization.openBesides(recent.get(organization.id) ?? []));
    const stillOpen = Map.groupBy(
      open.length === 0 ? [] : await source.marksOf(open),
      ({ organizationId }) => organizationId,
    );
    const share = Math.min(mostRowsOfOrganization, Math.floor(mostRows / followed.length));
    const looks = followed.map((organization) => ({
      organization,
      found: organization.compare({
        recent: recent.get(organization.id) ?? [],
        open: stillOpen.get(organization.id) ?? [],
        from,
        isCut: (recent.get(organization.id)?.length ?? 0) >= mostMarks,
        isLate,
        share,
      }),
    }));
    const wanted = looks.flatMap(({ found }) => found.told);
    const rows = new Map(
      (wanted.length === 0 ? [] : await source.rowsOf(wanted)).map((row) => [row.operation_id, row]),
    );
    // What has been told is known only now: where the database failed before, it is told by the next look.
    lastLook = at;
    for (const { organization, found } of looks) {
      organization.know(found.known);
      const told = found.told.flatMap((id) => rows.get(id) ?? []);
      for (const follower of organization.followers) {
        const wasReady = follower.isReady;
        follower.isReady = true;
        if (told.length > 0 || found.missed > 0) tell(follower, told, found.missed);
        else if (!wasReady) follower.wake?.();
      }
    }
  };

  const lookAgain = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      log.warn({ err: error }, "operations not followed");
    }
    timer = organizations.size === 0 ? undefined : setTimeout(() => void lookAgain(), everyMs).unref();
    if (timer === undefined) lastLook = undefined;
  };

  const join = ({ organizationId, caller }: Following, follower: Follower): (() => void) => {
    const organization = organizations.get(organizationId) ?? new FollowedOrganization(organizationId);
    const ofCaller = byCaller.get(caller) ?? 0;
    if (closed.signal.aborted) throw tooMany("This process is stopping, and nobody follows here");
    if (ofCaller >= most.ofCaller) throw tooMany(`You follow ${ofCaller} times already`);
    if (followers >= most.followers || organization.followers.size >= most.ofOrganization)
      throw tooMany("Too many follow");
    organizations.set(organizationId, organization);
    organization.followers.add(follower);
    byCaller.set(caller, ofCaller + 1);
    followers += 1;
    timer ??= setTimeout(() => void lookAgain(), 0).unref();
    return () => {
      if (!organization.followers.delete(follower)) return;
      followers -= 1;
      const left = (byCaller.get(caller) ?? 1) - 1;
      if (left > 0) byCaller.set(caller, left);
      else byCaller.delete(caller);
      follower.wake?.();
      if (organization.followers.size === 0) organizations.delete(organizationId);
    };
  };

  return {
    follow: (following, signal) => {
      const follower: Follower = { rows: [], missed: 0, isReady: false, wake: undefined };
      const over = AbortSignal.any([signal, closed.signal, AbortSignal.timeout(longestMs)]);
      const leave = join(following, follower);
      // Also where nobody ever reads a part.
      if (over.aborted) leave();
      else over.addEventListener("abort", leave);
      return partsOf(follower, over, leave);
    },
    followers: () => followers,
    close: () => {
      closed.abort();
      clearTimeout(timer);
    },
  };
};
