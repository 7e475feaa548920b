import type { AuthMiddleware } from "@topolo/auth-middleware";
import { tellUntold, untoldTopic, withUntoldLock } from "../domain/audit/index.ts";
import type { Deps } from "../platform/deps.ts";
import { oneAtATime } from "../platform/one-at-a-time.ts";

interface OpenChangeTeller {
  readonly auth: Pick<AuthMiddleware, "tellChange">;
  readonly deps: Pick<Deps, "db" | "feed" | "log">;
}

/**
 * Tells Auth of changes about which people get mail: soon after each, and those that Auth did not take when `run` is called.
 * A change may be told twice, which Auth takes as once.
 */
export const openChangeTeller = ({ auth, deps: { db, feed, log } }: OpenChangeTeller) => {
  const rounds = oneAtATime(async () => {
    await withUntoldLock(db.pool, (client) =>
      tellUntold(client, {
        tell: auth.tellChange,
        isClosed: rounds.isClosed,
        onRefused: ({ id, kind, organizationId }) =>
          log.error(
            { eventId: id, kind, organizationId },
            "a change was refused by Topolo Auth: nobody is mailed about it",
          ),
        onTooOld: (count) =>
          log.error({ count }, "changes not told to Topolo Auth within a week: nobody is mailed about them"),
      }),
    );
  });
  const runQuietly = (): void =>
    void rounds.run().catch((error: unknown) => log.warn({ err: error }, "changes not told to Topolo Auth yet"));
  const unsubscribe = feed.on(untoldTopic, runQuietly);
  return {
    run: rounds.run,
    close: async (): Promise<void> => {
      unsubscribe();
      await rounds.close();
    },
  };
};
