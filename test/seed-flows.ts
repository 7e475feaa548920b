import { createNexusClient, type NexusClient, type NexusCredential } from "../client-sdk/src/index.ts";
import { batchFollowing } from "../server/assembly/batch-following.ts";
import { followBatches } from "../server/transport/batches/index.ts";
import { followVideos } from "../server/transport/videos/index.ts";
import { startTestAuth, textOf, type TestAuth, type TestUser } from "./auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "./consuming-gateway.ts";
import { publishedCost } from "./published-prices.ts";

/** A row of the ledger, by whom it was and what it cost. */
export interface FlowRow {
  readonly organizationId: string;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly operation: string;
  readonly state: string;
  readonly cost: bigint;
  readonly errorCode: string | null;
}

/** An app of Topolo's in an organization of its own, and a person who works with it. */
export interface FlowOfApp {
  readonly nexus: NexusClient;
  readonly organizationId: string;
  readonly person: TestUser;
  /** Everything of the organization, oldest first. */
  readonly rows: () => Promise<readonly FlowRow[]>;
  /** The app may spend nothing from now on. */
  readonly spendNothing: () => Promise<void>;
}

/** How an app says who it is: by the token of a person who signed in on its pages, or by its own as a service. */
export type FlowIdentity = "person" | "service";

export interface SeedFlows {
  readonly gateway: ConsumingGateway;
  readonly openApp: (appId: string, identity: FlowIdentity) => Promise<FlowOfApp>;
  /** Jobs are asked after until they have ended. */
  readonly finishJobs: () => Promise<void>;
  /** What the vendors billed of their answers since the sandbox was emptied, call by call, at the prices that they publish; jobs left out. */
  readonly billed: () => readonly bigint[];
  readonly close: () => Promise<void>;
}

const ownToken = async (auth: TestAuth, appId: string): Promise<string> => {
  const secret = await auth.server.createServiceClientSecret(appId);
  const { body } = await auth.call("POST", "/sso/exchange", {
    headers: {
      authorization: `Basic ${Buffer.from(`${appId}:${secret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: "grant_type=client_credentials",
  });
  return textOf(body, "access_token");
};

/** An Auth that knows Topolo's apps, and a gateway that asks it who calls. */
export const openSeedFlows = async (): Promise<SeedFlows> => {
  const auth = await startTestAuth();
  const clientSecret = await auth.server.createServiceClientSecret("srv_nexus");
  const gateway = await openConsumingGateway({ authUrl: auth.url, clientSecret });
  const baseUrl = `http://localhost:${gateway.port}`;

  const credentialOf = async (
    appId: string,
    identity: FlowIdentity,
    organizationId: string,
    person: TestUser,
  ): Promise<NexusCredential> =>
    identity === "person"
      ? { bearer: (await auth.login(person, appId)).token }
      : { serviceToken: await ownToken(auth, appId), organizationId, userId: person.id };

  return {
    gateway,
    openApp: async (appId, identity) => {
      const organizationId = await auth.addOrganization();
      const [person, owner] = await Promise.all([
        auth.addUser({ role: "member", organizationId }),
        auth.addUser({ role: "owner", organizationId }),
      ]);
      const credential = await credentialOf(appId, identity, organizationId, person);
      return {
        nexus: createNexusClient({ baseUrl, credential, app: appId, maxAttempts: 1 }),
        organizationId,
        person,
        rows: async () => {
          const { rows } = await gateway.deps.db.pool.query<FlowRow>(
            `select org_id "organizationId", app_id "appId", user_id "userId", name operation, state, cost, result->>'errorCode' "errorCode"
               from nexus.operation where org_id = $1 order by operation_id`,
            [organizationId],
          );
          return rows;
        },
        spendNothing: async () => {
          const { token } = await auth.login(owner);
          const dashboard = createNexusClient({ baseUrl, credential: { bearer: token }, app: "srv_nexus" });
          await dashboard.usage.budgets.set.mutate({ scope: "app", scopeId: appId, period: "month", limitNanos: "1" });
          await gateway.refresh();
        },
      };
    },
    finishJobs: async () => {
      const deps = { gateway: gateway.gateway, deps: gateway.deps, ...batchFollowing(gateway.runtime) };
      for (let looks = 0; looks < 6; looks += 1) {
        for (const table of ["ai_batch", "ai_video"])
          await gateway.deps.db.pool.query(
            `update nexus.${table} set look_at = clock_timestamp() where look_at is not null`,
          );
        await followBatches(deps);
        await followVideos(deps);
      }
    },
    billed: () =>
      gateway.sandbox
        .requests()
        // Jobs are billed when they have ended.
        .flatMap(({ billed, units, model }) =>
          billed && units !== null && model !== "" ? [publishedCost(model, { ...units })] : [],
        ),
    close: async () => {
      await gateway.close();
      await auth.close();
    },
  };
};
