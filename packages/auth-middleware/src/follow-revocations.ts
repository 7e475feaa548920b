import { basicCredential } from "./basic-credential.ts";
import { AuthUnavailable } from "./errors.ts";
import { readRevocations } from "./read-revocations.ts";
import { httpTransport, type AuthTransport } from "./transport.ts";

/** Subjects by their ids, or `everything`, where what has changed is not known. */
export type RevocationListener = (changed: readonly string[] | "everything") => void;

/** What has happened to the feed so far. */
export interface RevocationFeedState {
  /** Since the moment of which Auth last told everything; infinite before the first time. */
  readonly ageMs: number;
  /** Connections that broke, or were not to be had. */
  readonly interruptions: number;
  /** How often everything had to be dropped, since changes were missed. */
  readonly resets: number;
  /** Cached answers that it has dropped. */
  readonly dropped: number;
}

/** Tells what has changed at Auth: sessions, accounts, memberships, organizations, keys, tokens, the catalogue. */
export interface RevocationFeed {
  /** Whether all is known that happened until a second ago; what was cached counts only then. */
  readonly isFresh: () => boolean;
  readonly on: (listener: RevocationListener) => () => void;
  readonly state: () => RevocationFeedState;
  /** For caches: so many entries were dropped. */
  readonly countDropped: (entries: number) => void;
  readonly close: () => void;
}

export interface FollowRevocationsOptions {
  readonly authUrl: string;
  readonly serviceId: string;
  readonly clientSecret: string;
  readonly transport?: AuthTransport;
  /** Told whenever the feed breaks, and why. */
  readonly onInterrupted?: (reason: AuthUnavailable) => void;
  readonly clock?: { readonly monotonic: () => number };
}

const silenceMs = 1_000;
/** Without a line for so long the connection is given up. */
const lostMs = 1_500;
/** After an answer that came to its end. */
const endedMs = 10;
const firstRetryMs = 50;
const maxRetryMs = 1_000;

/**
 * Follows Auth's feed of revocations until it is closed, connecting again for as long as it takes.
 *
 * @example
 * const revocations = followRevocations({ authUrl, serviceId, clientSecret });
 * const auth = createAuthMiddleware({ authUrl, serviceId, clientSecret, cacheMs: 30_000, revocations });
 */
export const followRevocations = (options: FollowRevocationsOptions): RevocationFeed => {
  const { serviceId, clientSecret, transport = httpTransport(), onInterrupted, clock } = options;
  const elapsed = clock?.monotonic ?? (() => performance.now());
  const listeners = new Set<RevocationListener>();
  let knownUntil = -Infinity;
  let cursor: string | undefined;
  let interruptions = 0;
  let resets = 0;
  let dropped = 0;
  const closing = new AbortController();
  let current: AbortController | undefined;
  let retry: { readonly timer: NodeJS.Timeout; readonly go: () => void } | undefined;

  const tell = (changed: readonly string[] | "everything"): void => {
    for (const listener of listeners) listener(changed);
  };

  const readOnce = async (): Promise<void> => {
    const abort = new AbortController();
    current = abort;
    const lose = (): void => abort.abort(new AuthUnavailable("the revocation feed is silent"));
    let watch = setTimeout(lose, lostMs);
    const began = elapsed();
    const path = `/api/revocations${cursor === undefined ? "" : `?after=${encodeURIComponent(cursor)}`}`;
    const request = new Request(`${options.authUrl.replace(/\/+$/, "")}${path}`, {
      redirect: "manual",
      cache: "no-store",
      signal: abort.signal,
      headers: {
        Accept: "application/x-ndjson",
        Authorization: basicCredential(serviceId, clientSecret),
        "X-Service-ID": serviceId,
      },
    });
    try {
      let lines = 0;
      for await (const line of readRevocations(transport, request, abort.signal)) {
        lines += 1;
        clearTimeout(watch);
        watch = setTimeout(lose, lostMs);
        if (line.reset) {
          resets += 1;
          tell("everything");
        }
        if (line.changed.includes("*")) tell("everything");
        else if (line.changed.length > 0) tell(line.changed);
        cursor = line.cursor;
        // Auth counts from the request, which cannot have reached it before it was sent: no clocks need to agree.
        knownUntil = Math.max(knownUntil, Math.min(began + line.at, elapsed()));
      }
      if (lines === 0) throw new AuthUnavailable("the revocation feed ended at once");
    } finally {
      clearTimeout(watch);
      abort.abort();
    }
  };

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      retry = { timer: setTimeout(resolve, ms), go: resolve };
    });

  const follow = async (): Promise<void> => {
    let retryMs = firstRetryMs;
    while (!closing.signal.aborted) {
      const knownBefore = knownUntil;
      try {
        await readOnce();
        retryMs = firstRetryMs;
        await wait(endedMs);
      } catch (error) {
        if (closing.signal.aborted) return;
        interruptions += 1;
        if (knownUntil > knownBefore) retryMs = firstRetryMs;
        // Once for each time it was heard; attempts that fail after that say nothing new.
        if (retryMs === firstRetryMs)
          onInterrupted?.(AuthUnavailable.is(error) ? error : new AuthUnavailable("the feed broke", { cause: error }));
        await wait(retryMs * (0.5 + Math.random() / 2));
        retryMs = Math.min(2 * retryMs, maxRetryMs);
      }
    }
  };

  void follow();
  return {
    isFresh: () => elapsed() - knownUntil <= silenceMs,
    on: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    state: () => ({ ageMs: elapsed() - knownUntil, interruptions, resets, dropped }),
    countDropped: (entries) => {
      dropped += entries;
    },
    close: () => {
      closing.abort();
      // Nothing is known from here on.
      knownUntil = -Infinity;
      current?.abort(new AuthUnavailable("closed"));
      clearTimeout(retry?.timer);
      retry?.go();
    },
  };
};
