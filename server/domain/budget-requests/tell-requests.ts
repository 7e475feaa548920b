import type { Deps } from "../../platform/deps.ts";
import { endTelling, takeUntold, type UntoldRequest } from "./store.ts";

/** A request as Topolo Auth is told of it, which mails the administrators, or whoever asked. */
export interface RequestForAuth {
  /** Told again under the same one, it is the same. */
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  readonly state: "open" | "granted" | "declined";
  readonly limitBeforeNanos: string;
  readonly limitWantedNanos: string;
  /** Of a grant: the limit that holds, and until when. */
  readonly grantedNanos: string | null;
  readonly grantedUntil: string | null;
}

interface TellRequests extends Pick<Deps, "db" | "log"> {
  /** False: Auth will never take it. Throws while Auth is away. */
  readonly tellAuth: (request: RequestForAuth) => Promise<boolean>;
  readonly isClosed: () => boolean;
  readonly onTold?: (outcome: "delivered" | "failed" | "again") => void;
}

const batch = 16;
const leaseMs = 60_000;
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Between tries; after the last of them it is given up. */
const pausesMs = [5 * second, minute, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour] as const;

const tell = async ({ db, log, tellAuth, onTold }: TellRequests, request: UntoldRequest): Promise<void> => {
  const { id, organization_id: organizationId, user_id: userId, state, decision_id: decisionId, tries } = request;
  try {
    const taken = await tellAuth({
      id: decisionId ?? id,
      organizationId,
      userId,
      state,
      limitBeforeNanos: request.limit_before,
      limitWantedNanos: request.limit_wanted,
      grantedNanos: request.granted_lim,
      grantedUntil: request.granted_until?.toISOString() ?? null,
    });
    if (!taken) log.error({ requestId: id, state }, "Topolo Auth does not take mail about a request for more");
    await endTelling(db.pool, request, undefined);
    onTold?.(taken ? "delivered" : "failed");
  } catch (error) {
    const pauseMs = pausesMs[tries - 1];
    log.warn({ err: error, requestId: id, state, tries }, "nobody is mailed about a request for more yet");
    await endTelling(db.pool, request, pauseMs);
    onTold?.(pauseMs === undefined ? "failed" : "again");
  }
};

/** Has people mailed about requests: administrators about new ones, whoever asked about decisions. */
export const tellRequests = async (deps: TellRequests): Promise<void> => {
  while (!deps.isClosed()) {
    const untold = await takeUntold(deps.db.pool, { limit: batch, leaseMs });
    await Promise.all(untold.map((request) => tell(deps, request)));
    if (untold.length < batch) return;
  }
};

/** The table whose changes say that there is something to tell. */
export const requestTopic = "budget_request";
