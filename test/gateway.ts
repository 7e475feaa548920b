import { randomBytes } from "node:crypto";
import { createGateway } from "../server/assembly/create-gateway.ts";
import { openRooms, type Rooms } from "../server/assembly/open-rooms.ts";
import type { CallContext } from "../server/contracts/call-context.ts";
import { seedPlatformDefaults, type CredentialGround } from "../server/domain/credentials/index.ts";
import type { Gateway } from "../server/gateway/gateway.ts";
import { openKeyring, openPepper } from "../server/platform/crypto/index.ts";
import { createEgress } from "../server/platform/egress/index.ts";
import { newId } from "../server/platform/ids.ts";
import { openLedger } from "../server/platform/ledger/index.ts";
import { createMetrics } from "../server/platform/metrics.ts";
import { providers } from "../server/providers/index.ts";
import { startSandbox, type Sandbox } from "../sandbox/start-sandbox.ts";
import { openTestGround, testContext, type TestGround } from "./ground.ts";

/** The call path on real ground, with the sandbox as every vendor. */
export interface TestGateway {
  readonly gateway: Gateway;
  readonly rooms: Rooms;
  readonly ground: TestGround & CredentialGround;
  readonly sandbox: Sandbox;
  /** A caller who may use AI, in an organization of its own. */
  readonly context: (overrides?: Partial<CallContext>) => CallContext;
  /** The ledger row of an operation, with its entries' sum. */
  readonly row: (operationId: string) => Promise<LedgerRow>;
  /** All rows of an organization, oldest first. */
  readonly rows: (organizationId: string) => Promise<LedgerRow[]>;
  readonly close: () => Promise<void>;
}

export interface LedgerRow {
  readonly iid: string;
  readonly state: string;
  readonly source: string | null;
  readonly held: bigint;
  readonly cost: bigint | null;
  readonly vendor: string;
  readonly model: string;
  readonly booked: bigint;
}

const select = `select i.iid, i.state, i.source, i.held, i.cost, i.vendor, i.model,
  (select coalesce(sum(e.amount), 0)::bigint from nexus.entry e where e.iid = i.iid) booked from nexus.intent i`;

export const openTestGateway = async (): Promise<TestGateway> => {
  const base = await openTestGround();
  const sandbox = await startSandbox({ fsync: false });
  const egress = createEgress({ allow: [`127.0.0.1:${sandbox.port}`], log: base.log, clock: base.clock });
  const secretBox = openKeyring(`k1:${randomBytes(32).toString("base64")}`);
  const pepper = openPepper(randomBytes(32).toString("base64"));
  const ground = { ...base, secretBox, pepper, vendors: providers, checkBaseUrl: egress.check, platformSuperAdminUserId: undefined };
  const { openai, anthropic, google } = sandbox.baseUrls;
  await seedPlatformDefaults(ground, new Map(Object.entries({ openai, anthropic, google }).map(([id, baseUrl]) => [id, { apiKey: "sk-test", baseUrl }])));
  const rooms = await openRooms(ground, undefined);
  const ledger = await openLedger({ connectionString: base.url, processId: newId(), clock: base.clock, log: base.log, requireDurability: true });
  const gateway = createGateway({ ground, rooms, ledger, egress, secretBox, metrics: createMetrics(), callTimeoutMs: 10_000 });
  const rows = async (where: string, value: string): Promise<LedgerRow[]> =>
    (await base.db.pool.query<LedgerRow>(`${select} where ${where} = $1 order by i.iid`, [value])).rows;
  return {
    gateway,
    rooms,
    ground,
    sandbox,
    context: (overrides) => testContext({ permissions: new Set(["srv_nexus.ai:invoke", "srv_nexus.ai:read"]), ...overrides }),
    row: async (operationId) => {
      const [row] = await rows("i.iid", operationId);
      if (!row) throw new Error(`no ledger row ${operationId}`);
      return row;
    },
    rows: (organizationId) => rows("i.org_id", organizationId),
    close: async () => {
      await ledger.close();
      await rooms.close();
      await egress.close();
      await sandbox.close();
      await base.close();
    },
  };
};
