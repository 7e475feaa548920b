import { appTopics, loadApps, openAppActivity } from "../domain/apps/index.ts";
import { budgetTopics, loadBudgetLevels } from "../domain/budgets/index.ts";
import { credentialTopics, loadCredentials, openCredentialUse } from "../domain/credentials/index.ts";
import { createLimiter, loadRateLimits, openRedisStore, rateLimitTopics } from "../domain/limits/index.ts";
import { loadPreferences, preferencesTopics } from "../domain/preferences/index.ts";
import { loadPriceBook, priceBookTopics } from "../domain/pricing/index.ts";
import { createCircuitBreaker, type OpenCircuit } from "../domain/routing/index.ts";
import { loadSpendingPolicies, spendingTopics } from "../domain/spending/index.ts";
import { loadServiceTokens, openServiceTokenUse, serviceTokenTopics } from "../domain/service-tokens/index.ts";
import type { Deps } from "../platform/deps.ts";
import type { Metrics } from "../platform/metrics.ts";
import { providers } from "../providers/index.ts";
import { createSnapshot, type Snapshot } from "../platform/snapshot.ts";

/** What a process holds in memory for the call path: snapshots of configuration, windows, circuits, and use not yet written down. */
export type RuntimeState = Awaited<ReturnType<typeof openRuntimeState>>;

/** Logs opened circuits for the operator. */
const circuitTeller =
  ({ log }: Deps, metrics: Metrics | undefined) =>
  ({ vendor, scope, reason, ...facts }: OpenCircuit): void => {
    metrics?.circuitsOpened.inc({ vendor, scope, reason });
    log.warn({ vendor, scope, reason, ...facts }, "circuit opened");
  };

export const openRuntimeState = async (deps: Deps, redisUrl: string | undefined, metrics?: Metrics) => {
  const { db, feed, log, clock } = deps;
  const snapshot = <T>(name: string, topics: readonly string[], load: () => Promise<T>): Promise<Snapshot<T>> =>
    createSnapshot({ name, load, feed, topics, log });
  const [prices, credentials, preferences, apps, serviceTokens, rateLimits, budgets, spending] = await Promise.all([
    snapshot("prices", priceBookTopics, () => loadPriceBook(db.pool, providers)),
    snapshot("credentials", credentialTopics, () => loadCredentials(db.pool)),
    snapshot("preferences", preferencesTopics, () => loadPreferences(db.pool)),
    snapshot("apps", appTopics, () => loadApps(db.pool)),
    snapshot("service tokens", serviceTokenTopics, () => loadServiceTokens(db.pool)),
    snapshot("rate limits", rateLimitTopics, () => loadRateLimits(db.pool)),
    snapshot("budgets", budgetTopics, () => loadBudgetLevels(db.pool, clock)),
    snapshot("spending policies", spendingTopics, () => loadSpendingPolicies(db.pool)),
  ]);
  const store = redisUrl === undefined ? undefined : await openRedisStore({ url: redisUrl, log });
  const limiter = createLimiter({ clock, log, ...(store === undefined ? {} : { store }) });
  const breaker = createCircuitBreaker({ clock, onOpen: circuitTeller(deps, metrics) });
  const credentialUse = openCredentialUse(deps);
  const serviceTokenUse = openServiceTokenUse(deps);
  const appActivity = openAppActivity(deps);
  return {
    prices,
    credentials,
    preferences,
    apps,
    serviceTokens,
    rateLimits,
    budgets,
    spending,
    limiter,
    breaker,
    credentialUse,
    appActivity,
    serviceTokenUse,
    close: async (): Promise<void> => {
      for (const one of [prices, credentials, preferences, apps, serviceTokens, rateLimits, budgets, spending])
        one.close();
      await Promise.all([limiter.close(), credentialUse.close(), appActivity.close(), serviceTokenUse.close()]);
    },
  };
};
