import type { RevocationFeed } from "@topolo/auth-middleware";
import { circuitsOf } from "../server/assembly/circuits-of.ts";
import { createDoors } from "../server/assembly/create-doors.ts";
import { credentialProber } from "../server/assembly/credential-prober.ts";
import { procedureCounts } from "../server/assembly/procedure-counts.ts";
import { documentationAt } from "../server/assembly/documentation-at.ts";
import { systemLook } from "../server/assembly/look-at-system.ts";
import { modelCatalogue } from "../server/assembly/model-catalogue.ts";
import { readinessChecks } from "../server/assembly/readiness-checks.ts";
import { routeExplainer } from "../server/assembly/route-requests.ts";
import { openOperationTail, tailSource } from "../server/domain/operations/index.ts";
import { newId } from "../server/platform/ids.ts";
import { createMetrics } from "../server/platform/metrics.ts";
import { createReadiness } from "../server/platform/readiness.ts";
import { providers } from "../server/providers/index.ts";
import type { Authenticator } from "../server/transport/context.ts";
import type { Documentation } from "../server/transport/mcp/index.ts";
import { listen, type Listener } from "../server/transport/listen.ts";
import type { TestGateway } from "./gateway.ts";

interface OpenDoors {
  /** A port on which nothing listens; any, where none is given. */
  readonly port?: number;
  readonly documentation?: Documentation;
  readonly authenticator: Authenticator;
  readonly authUrl: string;
  readonly revocations?: RevocationFeed | undefined;
}

/** All doors of a test's gateway on one free port. */
export const openDoors = (
  { gateway, deps, runtime }: TestGateway,
  { authenticator, authUrl, revocations, port = 0, documentation = documentationAt(undefined) }: OpenDoors,
): Promise<Listener> => {
  const { log } = deps;
  const routing = { clock: deps.clock, sandboxHosts: [] };
  const models = modelCatalogue(runtime, routing);
  const metrics = createMetrics();
  const { egress } = gateway;
  const readiness = createReadiness(
    readinessChecks({ gateway, deps, metrics, authUrl, revocations, egress, dataDir: undefined }),
    deps.clock,
  );
  const dispatch = createDoors({
    more: [],
    gateway,
    deps,
    metrics,
    log,
    authenticator,
    models,
    authUrl,
    publicUrl: port === 0 ? "http://localhost:3000" : `http://localhost:${port}`,
    documentation,
    procedures: {
      gateway,
      authUrl,
      management: deps,
      listModels: models.list,
      probeCredential: credentialProber(gateway, providers, metrics),
      explainRoute: routeExplainer(runtime, routing),
      lookAtSystem: systemLook({ deps, runtime, readiness, processId: gateway.ledger.processId, revocations }),
      circuitsOf: circuitsOf(runtime),
      operationTail: openOperationTail({
        // Who follows in a test reads to the end.
        longestMs: 50,
        source: tailSource(deps.db.pool),
        now: deps.clock.now,
        log,
      }),
      ...procedureCounts(metrics),
      originsOf: () => [],
      policiesOf: () => [],
    },
    revocations,
    readiness,
    isDraining: () => false,
    backgroundTimeoutMs: 60_000,
    metricsToken: undefined,
    openCircuits: () => runtime.breaker.list(),
    hostNames: ["nexus.example"],
    isAppOrigin: () => false,
    packagesDir: undefined,
  });
  return listen({ dispatch, pages: undefined, newId, log, port, host: "127.0.0.1", reusePort: false });
};
