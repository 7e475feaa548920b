import type { CallContext } from "../server/contracts/call-context.ts";
import { circuitsOf } from "../server/assembly/circuits-of.ts";
import { systemLook } from "../server/assembly/look-at-system.ts";
import { modelCatalogue } from "../server/assembly/model-catalogue.ts";
import { routeExplainer } from "../server/assembly/route-requests.ts";
import { createReadiness } from "../server/platform/readiness.ts";
import { credentialProber } from "../server/assembly/credential-prober.ts";
import { procedureCounts } from "../server/assembly/procedure-counts.ts";
import { providers } from "../server/providers/index.ts";
import { openOperationTail, tailSource } from "../server/domain/operations/index.ts";
import { createRestDoor } from "../server/transport/rest/index.ts";
import { listProcedures } from "../server/transport/trpc/procedure-list.ts";
import type { ProcedureDeps } from "../server/transport/trpc/procedure-deps.ts";
import { createTrpcDoor } from "../server/transport/trpc/trpc-door.ts";
import type { NexusError } from "../server/errors.ts";
import { openTestGateway, type TestGateway, type TestGatewayOptions } from "./gateway.ts";
import { listenDoor } from "./listen-door.ts";

/** Both typed doors on the real gateway, each on a port of its own. */
export interface TestDoors extends TestGateway {
  readonly trpcUrl: string;
  readonly restUrl: string;
  /** Who calls from now on; every permission there is, unless told otherwise. */
  readonly callAs: (overrides?: Partial<CallContext>) => CallContext;
  /** What the doors' procedures can call. */
  readonly procedures: ProcedureDeps;
  /** Errors that the tRPC door encoded by itself. */
  readonly errors: NexusError[];
}

const allPermissions = (): ReadonlySet<string> => new Set(listProcedures().flatMap(({ permissions }) => permissions));

export const openTestDoors = async (options: TestGatewayOptions = {}): Promise<TestDoors> => {
  const test = await openTestGateway(options);
  const routing = { clock: test.deps.clock, sandboxHosts: [] };
  const deps = {
    gateway: test.gateway,
    authUrl: "http://127.0.0.1:9",
    management: test.deps,
    policiesOf: (who: Pick<CallContext, "organizationId" | "appId">) => test.runtime.spending.current().of(who),
    originsOf: (appId: string | undefined) => (appId === undefined ? [] : ["https://app.example"]),
    listModels: modelCatalogue(test.runtime, routing).list,
    probeCredential: credentialProber(test.gateway, providers, test.metrics),
    explainRoute: routeExplainer(test.runtime, routing),
    lookAtSystem: systemLook({
      deps: test.deps,
      runtime: test.runtime,
      readiness: createReadiness([], test.deps.clock),
      processId: test.gateway.ledger.processId,
    }),
    circuitsOf: circuitsOf(test.runtime),
    operationTail: openOperationTail({
      // Who follows in a test reads to the end.
      longestMs: 50,
      source: tailSource(test.deps.db.pool),
      now: test.deps.clock.now,
      log: test.deps.log,
    }),
    ...procedureCounts(test.metrics),
  };
  const errors: NexusError[] = [];
  let caller = test.context({ permissions: allPermissions() });
  const contextFor =
    (door: CallContext["door"]) => (known: Pick<CallContext, "requestId" | "signal" | "idempotencyKey">) => ({
      ...caller,
      door,
      ...known,
    });
  const trpc = await listenDoor({
    ...createTrpcDoor({ deps, onError: (error) => errors.push(error) }),
    context: contextFor("trpc"),
  });
  const rest = await listenDoor({ ...createRestDoor({ deps }).door, context: contextFor("rest") });
  return {
    ...test,
    trpcUrl: trpc.url,
    restUrl: rest.url,
    procedures: deps,
    errors,
    callAs: (overrides) => (caller = test.context({ permissions: allPermissions(), ...overrides })),
    close: async () => {
      await Promise.all([trpc.close(), rest.close()]);
      await test.close();
    },
  };
};
