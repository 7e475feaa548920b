import type { ServerResponse } from "node:http";
import { setBudget } from "../../server/domain/budgets/index.ts";
import { setPrice } from "../../server/domain/pricing/index.ts";
import { testContext } from "../../test/deps.ts";
import type { LedgerRow } from "../../test/gateway.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { startVendorServer, type SentRequest, type VendorServer } from "../../test/vendor-server.ts";
import { askDoor, type EdgeAnswer, type EdgeQuestion } from "./ask-door.ts";
import { edgeVendors, fixturesOf, isCatalogued, type EdgeCell } from "./edge-table.ts";
import { canaryKey } from "../../test/canary-key.ts";
import { operatorNamed } from "../../server/contracts/operator.ts";

/** A vendor's own id of the crossing's model. */
export const modelOf = ({ vendor }: EdgeCell, which: 0 | 1 = 0): string => fixturesOf(vendor).models[which];

export type EdgeReply = (response: ServerResponse, request: SentRequest) => void;

export interface EdgeCaller {
  readonly credential: string;
  readonly organizationId: string;
}

/** One crossing, on closed circuits, with a caller in an organization of its own. */
export interface Crossing extends EdgeCell {
  readonly caller: EdgeCaller;
  readonly ask: (question?: Partial<EdgeQuestion>) => Promise<EdgeAnswer>;
  /** What the vendor answers from now on. */
  readonly answer: (reply: EdgeReply) => void;
  readonly sent: readonly SentRequest[];
  /** The caller's ledger rows, oldest first. */
  readonly rows: () => Promise<readonly LedgerRow[]>;
  readonly setBudget: (limitNanos: bigint) => Promise<void>;
  /** The platform's key at the vendor. */
  readonly secret: string;
  readonly close: () => Promise<void>;
}

/** Models that no catalogue prices: nano-USD per million tokens. */
const ownPrices = { input: "1000000000", output: "4000000000" };

const priceOwnModels = async ({ deps }: ListeningGateway): Promise<void> => {
  const actor = {
    kind: "user",
    userId: "usr_price",
    sessionId: "ses_price",
    role: "owner",
    platformBypass: true,
  } as const;
  for (const vendor of edgeVendors.filter((id) => !isCatalogued(id))) {
    for (const model of fixturesOf(vendor).models)
      await setPrice(deps, testContext({ actor }), { vendor, model, organizationId: null, prices: ownPrices });
  }
};

export class EdgeWorld {
  readonly #gateway: ListeningGateway;
  readonly #vendor: VendorServer;

  private constructor(gateway: ListeningGateway, vendor: VendorServer) {
    this.#gateway = gateway;
    this.#vendor = vendor;
  }

  static async open(): Promise<EdgeWorld> {
    const vendor = await startVendorServer();
    const upstreams = Object.fromEntries(edgeVendors.map((id) => [id, `${vendor.baseUrl}/${id}`]));
    const gateway = await openListeningGateway({ upstreams });
    await priceOwnModels(gateway);
    await gateway.refresh();
    return new EdgeWorld(gateway, vendor);
  }

  async cross(cell: EdgeCell): Promise<Crossing> {
    const { port, drain } = await this.#gateway.listenAnew();
    const caller = this.#gateway.issue();
    const { deps, refresh, rows } = this.#gateway;
    const vendor = this.#vendor;
    vendor.sent.length = 0;
    return {
      ...cell,
      caller,
      ask: (question) =>
        askDoor(cell.door, {
          url: `http://127.0.0.1:${port}`,
          credential: caller.credential,
          question: { model: `${cell.vendor}/${modelOf(cell)}`, ...question },
        }),
      answer: (reply) => {
        vendor.reply = reply;
      },
      sent: vendor.sent,
      rows: () => rows(caller.organizationId),
      setBudget: async (limitNanos) => {
        const operator = { ...operatorNamed("test"), organizationId: caller.organizationId };
        await setBudget(deps, operator, {
          scope: "organization",
          period: "month",
          limitNanos: limitNanos.toString(),
        });
        await refresh();
      },
      secret: canaryKey(),
      close: () => drain(0),
    };
  }

  async close(): Promise<void> {
    await this.#gateway.close();
    await this.#vendor.close();
  }
}
