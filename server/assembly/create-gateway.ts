import type { CallContext } from "../contracts/call-context.ts";
import { requireApp } from "../domain/apps/index.ts";
import {
  budgetRefusal,
  levelsFor,
  openBudgetPeriods,
  requireBoundCall,
  requireSpending,
} from "../domain/budgets/index.ts";
import { walletRefusal } from "../domain/billing/index.ts";
import { openCredential, resolveCredentials } from "../domain/credentials/index.ts";
import { runFoundBatch } from "../domain/batches/index.ts";
import { rateLimited, type Decision } from "../domain/limits/index.ts";
import { preferencesOf } from "../domain/preferences/index.ts";
import { outcomeOf, type CircuitTarget } from "../domain/routing/index.ts";
import { readyFiles } from "../transport/files/index.ts";
import { createAiFamily } from "../families/ai/index.ts";
import type { Route } from "../families/family.ts";
import type { CallEvent, Gateway, RateGrant } from "../gateway/gateway.ts";
import { createUnderWay } from "../gateway/under-way.ts";
import { createSealedBox, providerKeyOf, type Pepper, type SecretBox } from "../platform/crypto/index.ts";
import type { Egress } from "../platform/egress/index.ts";
import type { Deps } from "../platform/deps.ts";
import { newId } from "../platform/ids.ts";
import type { Ledger } from "../platform/ledger/index.ts";
import type { Metrics } from "../platform/metrics.ts";
import { providers } from "../providers/index.ts";
import { openEmailFamily } from "./email-family.ts";
import { fileKeepers } from "./file-keepers.ts";
import { openPayments } from "./open-payments.ts";
import type { RuntimeState } from "./open-runtime-state.ts";
import { routeRequests } from "./route-requests.ts";

interface CreateGateway {
  readonly deps: Deps;
  readonly runtime: RuntimeState;
  readonly ledger: Ledger;
  readonly egress: Egress;
  readonly secretBox: SecretBox;
  readonly pepper: Pepper;
  readonly metrics: Metrics;
  /** `host:port` of the sandbox's servers, where it runs: it answers organizations that nobody has admitted, too. */
  readonly sandboxHosts: readonly string[];
  readonly callTimeoutMs: number;
  /** The origin of the dashboard: refusals lead there. */
  readonly dashboardUrl: string;
  /** Told once, when the first paid answer has been booked. */
  readonly onFirstAnswer?: (() => void) | undefined;
}

const grantOf = (decision: Decision): RateGrant => {
  if (!decision.ok) throw rateLimited(decision);
  return decision;
};

const maxModelLabels = 1_000;

/** A label value lives as long as the process: dated names of one model are without end, so the later ones are one. */
const labelOf = (known: Set<string>, model: string): string => {
  if (known.has(model)) return model;
  if (known.size >= maxModelLabels) return "other";
  known.add(model);
  return model;
};

const recorder = (metrics: Metrics, runtime: RuntimeState): ((event: CallEvent) => void) => {
  const known = new Set<string>();
  return (event) => {
    const { ctx, operation, target, outcome, source, units, costNanos, durationMs, firstByteMs } = event;
    const { vendor, model, credentialTier: tier, credentialId } = target;
    metrics.calls.inc({ operation, vendor, outcome, source });
    metrics.durationSeconds.observe({ operation, vendor }, durationMs / 1000);
    if (firstByteMs !== undefined) metrics.firstByteSeconds.observe({ operation, vendor }, firstByteMs / 1000);
    if (outcome !== "released") {
      const label = labelOf(known, model);
      metrics.costNanoUsd.inc({ vendor, model: label, tier }, Number(costNanos));
      for (const [unit, count] of Object.entries(units))
        if (count) metrics.units.inc({ vendor, model: label, unit }, count);
    }
    runtime.credentialUse.used(credentialId);
    runtime.appActivity.called(ctx.organizationId, ctx.appId);
  };
};

/** Passes every event on, and reports the first answer once. */
const tellingFirst = (record: Gateway["onCall"], tell: (() => void) | undefined): Gateway["onCall"] => {
  let untold = tell;
  return (event) => {
    record(event);
    if (untold === undefined || event.outcome !== "settled") return;
    untold();
    untold = undefined;
  };
};

const circuitTargetOf = ({ organizationId }: CallContext, { target, credential }: Route): CircuitTarget => ({
  vendor: target.vendor,
  model: target.model,
  credential,
  organizationId,
});

/** Gives the call path what it depends on. */
export const createGateway = ({
  deps,
  runtime,
  ledger,
  egress,
  secretBox,
  pepper,
  metrics,
  sandboxHosts,
  callTimeoutMs,
  dashboardUrl,
  onFirstAnswer,
}: CreateGateway): Gateway => {
  const gateway: Gateway = {
    clock: deps.clock,
    log: deps.log,
    newId,
    ledger,
    readPool: deps.db.pool,
    liveStreams: new Map(),
    underWay: createUnderWay(),
    egress,
    families: {
      ai: createAiFamily({
        vendorOf: (id) => providers.get(id)?.ai,
        chooseRoutes: routeRequests(runtime, {
          clock: deps.clock,
          sandboxHosts,
        }),
        priceSetOf: (organizationId, { vendor, credential }, model) =>
          runtime.prices.current().priceSet({
            vendor,
            model,
            at: deps.clock.now(),
            organizationId,
            own: credential.tier === "byok",
          }),
        filesOf: (ctx, references) => readyFiles({ gateway, deps }, ctx, references),
        keeperOf: fileKeepers(runtime, { clock: deps.clock, sandboxHosts }),
        runFoundBatch: async (operationId, told, answer) => {
          await runFoundBatch(deps, {
            operationId,
            told,
            answer,
            key: undefined,
          });
        },
      }),
      email: openEmailFamily({ ...deps, secretBox, pepper }, runtime, {
        clock: deps.clock,
        sandboxHosts,
      }),
      payments: openPayments(runtime, { clock: deps.clock, sandboxHosts }),
    },
    requireApp: ({ organizationId, appId }) =>
      requireApp(runtime.apps.current(), {
        organizationId,
        appId,
        requireApp: preferencesOf(runtime.preferences.current(), organizationId).requireApp,
      }),
    requireBound: (ctx) => requireBoundCall(runtime.budgets.current(), ctx),
    budgetLevels: (ctx: CallContext) => {
      const levels = runtime.budgets.current();
      requireSpending(levels);
      return levelsFor(levels, ctx, deps.clock.now());
    },
    budgetRefusal: (ctx, budgetId, neededNanos, whyHeld) =>
      budgetRefusal({ ...deps, dashboardUrl }, runtime.budgets.current(), ctx, budgetId, { neededNanos, whyHeld }),
    walletRefusal: (ctx, why, neededNanos) => walletRefusal(deps, ctx, why, neededNanos),
    refreshBudgetLevels: async (ctx) => {
      await openBudgetPeriods(deps.db.pool, ctx);
      await runtime.budgets.refresh();
    },
    takeRateGrant: (ctx, cost) => {
      const taken = runtime.limiter.take({
        organizationId: ctx.organizationId,
        scopes: runtime.rateLimits.current().scopesOf(ctx),
        tokensEstimate: cost,
      });
      return taken instanceof Promise ? taken.then(grantOf) : grantOf(taken);
    },
    openCredential: (credential) => openCredential(secretBox, credential),
    admitRoute: (ctx, route) => runtime.breaker.admit(circuitTargetOf(ctx, route)),
    report: (ctx, route, outcome) => {
      const reported = typeof outcome === "string" ? { kind: outcome } : outcomeOf(outcome);
      const circuit = runtime.breaker.report(circuitTargetOf(ctx, route), reported);
      return circuit.state === "open" ? circuit.retryAfterMs : undefined;
    },
    answers: createSealedBox(secretBox, "answer"),
    requests: createSealedBox(secretBox, "request"),
    providerKeyOf: ({ operationId, vendor, account, step }) =>
      providerKeyOf(pepper, [operationId, vendor, account, step]),
    credentialOf: (organizationId, vendor, credentialId) =>
      resolveCredentials(runtime.credentials.current(), organizationId, vendor).find(({ id }) => id === credentialId),
    onRead: (event) => metrics.reads.inc({ ...event }),
    onUnknownState: (vendor, providerStatus) => {
      metrics.unknownStates.inc({ vendor });
      deps.log.error({ vendor, providerStatus }, "a state of the vendor's that is not known");
    },
    onCall: tellingFirst(recorder(metrics, runtime), onFirstAnswer),
    onQueued: (outcome) => metrics.queueTaken.inc({ outcome }),
    callTimeoutMs,
    settlePatienceMs: 10_000,
  };
  return gateway;
};
