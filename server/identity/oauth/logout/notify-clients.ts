import { createEgress, type Egress } from "../../../platform/egress/index.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { signLogoutToken } from "./logout-token.ts";
import { finishLogout, markSilentEnds, takeDueLogouts, type DueLogout } from "./store.ts";

/** Notifies clients of sessions that have ended, however they ended. */
export interface LogoutNotifier {
  /** Notifies the clients that are due now; resolves when all have answered or run out of time. */
  readonly round: () => Promise<void>;
  /** Finds sessions that ran out. */
  readonly sweep: () => Promise<void>;
  readonly close: () => Promise<void>;
}

type Deps = Pick<IdentityContext, "issuer" | "keyRing" | "clock" | "db" | "log">;

interface StartLogoutNotifier {
  /** `host:port` of private or plain-http receivers that the operator permits. */
  readonly allow: readonly string[];
}

const everyMs = 1_000;
const together = 20;
const timeoutMs = 5_000;
const maxAnswerBytes = 16 * 1024;
const second = 1_000;
const retryAfterMs = [10 * second, 60 * second, 600 * second, 3_600 * second, 6 * 3_600 * second, 24 * 3_600 * second];

/** Posts the token; true where the client says it is done. Redirects, private addresses and long answers are refused. */
const post = async (egress: Egress, uri: string, token: string, clientId: string): Promise<boolean> => {
  const attempt = egress.attempt({
    vendor: "logout",
    credentialId: clientId,
    credentialVersion: 1,
    baseUrl: new URL(uri).origin,
    deadlineMs: timeoutMs,
    firstByteMs: timeoutMs,
    idleMs: timeoutMs,
    maxBytes: maxAnswerBytes,
    signal: AbortSignal.timeout(timeoutMs),
  });
  try {
    const response = await attempt.fetch(uri, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ logout_token: token }).toString(),
    });
    await response.arrayBuffer();
    return response.status === 200 || response.status === 204;
  } finally {
    attempt.close();
  }
};

/**
 * A trigger marks the clients of a session in the transaction that ends it; this looks for marks, so that no way of
 * ending a session is forgotten and no mark is lost when a process dies. What fails is tried again, for more than a day.
 */
export const startLogoutNotifier = (deps: Deps, { allow }: StartLogoutNotifier): LogoutNotifier => {
  const { db, clock, log } = deps;
  const egress = createEgress({ allow, log, clock });
  let going: Promise<void> | undefined;
  let closed = false;

  const notify = async (due: DueLogout): Promise<void> => {
    const finish = (outcome: Parameters<typeof finishLogout>[2]): Promise<void> =>
      finishLogout(db, due, outcome, new Date(clock.now()));
    if (due.uri === null) return finish("not_asked");
    const token = await signLogoutToken(deps, due);
    const delivered = await post(egress, due.uri, token, due.clientId).catch((error: unknown) => {
      log.warn({ err: error, clientId: due.clientId, attempts: due.attempts }, "a client was not notified of a logout");
      return false;
    });
    if (delivered) return finish("delivered");
    if (due.attempts > retryAfterMs.length) await finish("given_up");
  };

  const notifyAll = async (): Promise<void> => {
    for (;;) {
      const due = await takeDueLogouts(db, { now: new Date(clock.now()), limit: together, retryAfterMs });
      await Promise.all(due.map(notify));
      if (closed || due.length < together) return;
    }
  };

  const round = (): Promise<void> => {
    going ??= notifyAll().finally(() => {
      going = undefined;
    });
    return going;
  };

  const timer = setInterval(() => {
    round().catch((error: unknown) => log.warn({ err: error }, "clients were not notified of logouts"));
  }, everyMs);
  timer.unref();

  return {
    round,
    sweep: () => markSilentEnds(db, new Date(clock.now())),
    close: async () => {
      closed = true;
      clearInterval(timer);
      await going?.catch(() => undefined);
      await egress.close();
    },
  };
};
