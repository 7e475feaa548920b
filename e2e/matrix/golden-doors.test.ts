import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { bedrockCredential } from "../../sandbox/bedrock/vendor.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import type { UnitClass, Units } from "../../server/contracts/units.ts";
import { seedPlatformDefaults } from "../../server/domain/credentials/index.ts";
import { setPrice } from "../../server/domain/pricing/index.ts";
import { testContext } from "../../test/deps.ts";
import type { LedgerRow } from "../../test/gateway.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { sendRaw, type RawAsk } from "../../test/send-raw.ts";
import { goldenPrices, goldenRows, type GoldenRow } from "./golden-rows.ts";
import { askAt, isTyped, matrixDoors, roadOf, type MatrixCall, type MatrixDoor } from "./matrix-table.ts";
import { eventually } from "../../test/eventually.ts";

const zeros = [
  "openai/gpt-4o-mini",
  "openai/gpt-5.1-codex",
  "anthropic/claude-sonnet-4-5",
  "google/gemini-2.5-flash",
  "bedrock/amazon.nova-lite-v1:0",
].map((model): GoldenRow => ({
  name: `${model}: explicit zeros are nothing, and no estimate`,
  model,
  usage: {},
  how: [{ name: "usage-zero" }],
  units: {},
  nanos: 0n,
}));

let sandbox: Sandbox;
let gateway: ListeningGateway;

const vendorOf = (model: string): string => model.slice(0, model.indexOf("/"));

const setPrices = async (model: string, prices: { readonly [K in UnitClass]?: bigint }): Promise<void> => {
  const actor = {
    kind: "user",
    userId: "usr_price",
    sessionId: "ses_price",
    role: "owner",
    platformBypass: true,
  } as const;
  await setPrice(gateway.deps, testContext({ actor }), {
    vendor: vendorOf(model),
    model: model.slice(model.indexOf("/") + 1),
    organizationId: null,
    prices: Object.fromEntries(Object.entries(prices).map(([name, nanos]) => [name, String(nanos * 1_000_000n)])),
  });
};

beforeAll(async () => {
  sandbox = await startSandbox({ fsync: false });
  const { bedrock, compatible, openai, anthropic, google, xai, mistral, cohere } = sandbox.baseUrls;
  gateway = await openListeningGateway({
    upstreams: { openai, anthropic, google, xai, mistral, cohere, openrouter: compatible },
  });
  await seedPlatformDefaults(
    gateway.deps,
    new Map([["bedrock", { secret: bedrockCredential, baseUrl: bedrock }] as const]),
  );
  for (const { model, prices } of goldenRows)
    if (model !== "cohere/rerank-v3.5") await setPrices(model, { ...goldenPrices, ...prices });
  await setPrices("anthropic/claude-haiku-4-5", { input: 1_000n, output: 5_000n });
  await gateway.refresh();
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});
beforeEach(() => sandbox.reset());

const countsOf = (units: Units | null): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(units ?? {}).filter(([, count]) => count > 0));

const endedRow = (organizationId: string): Promise<LedgerRow> =>
  eventually(async () => {
    const [row, ...others] = await gateway.rows(organizationId);
    expect(others).toEqual([]);
    if (row === undefined || row.state === "open") throw new Error("the call has not ended");
    return row;
  });

/** The same as a stream of responses, over a WebSocket. */
const rowOverSocket = async (model: string): Promise<LedgerRow> => {
  const { credential, organizationId } = gateway.issue();
  const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/v1/responses`, {
    headers: { authorization: `Bearer ${credential}` },
  });
  await once(socket, "open");
  const ended = new Promise<string>((resolve) => {
    socket.on("message", (data: Buffer) => {
      const { type }: { type?: string } = JSON.parse(data.toString());
      if (/^(response\.(completed|incomplete|failed)|error)$/.test(String(type))) resolve(String(type));
    });
  });
  const asked = { model, input: "Where is the station?", max_output_tokens: 2_000, store: false };
  socket.send(JSON.stringify({ type: "response.create", ...asked }));
  expect(await ended).toBe("response.completed");
  socket.close();
  return endedRow(organizationId);
};

const rowOf = async (ask: RawAsk): Promise<LedgerRow> => {
  const { credential, organizationId } = gateway.issue();
  const { status, text } = await sendRaw(gateway.port, {
    ...ask,
    headers: { authorization: `Bearer ${credential}`, ...ask.headers },
  });
  expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ");
  return endedRow(organizationId);
};

interface Way {
  readonly call: MatrixCall;
  readonly door: MatrixDoor;
  readonly ask: RawAsk;
}

const question = "Where is the station?";

const waysTo = (model: string, calls: readonly MatrixCall[], prompt = question): readonly Way[] =>
  calls.flatMap((call) =>
    matrixDoors.flatMap((door) => {
      const ask = askAt(call, door)?.(model);
      if (ask === undefined) return [];
      return [
        {
          call,
          door,
          ask: prompt === question ? ask : { ...ask, body: String(ask.body).replaceAll(question, prompt) },
        },
      ];
    }),
  );

describe.each([...goldenRows, ...zeros])("$name", (row) => {
  const { model, wire, path, usage, how = [], calls, elsewhere = [], prompt, units, nanos } = row;

  it("is the same classes and the same nano-dollars at every door, streamed and not", async () => {
    const vendor = vendorOf(model);
    const told = Object.keys(usage).length === 0 ? [] : [{ name: "usage-exact", usage }];
    sandbox.script({
      ...(wire === undefined ? {} : { vendor: wire }),
      ...(path === undefined ? {} : { path }),
      faults: [...told, ...how],
    });
    const ways = waysTo(model, calls ?? ["generateText", "streamText"], prompt).filter(
      ({ door }) => !elsewhere.includes(door),
    );
    const asked = ways.map(async ({ call, door, ask }) => ({ way: `${call} at ${door}`, row: await rowOf(ask) }));
    if (calls === undefined && !elsewhere.includes("OpenAI Responses"))
      asked.push(rowOverSocket(model).then((over) => ({ way: "responses over a WebSocket", row: over })));
    const seen = await Promise.all(asked);
    expect(seen.length).toBeGreaterThanOrEqual(calls === undefined ? 10 : calls.every(isTyped) ? 3 : calls.length);
    if (calls === undefined)
      expect(new Set(ways.map(({ call, door }) => roadOf(call, door, vendor)))).toContain("translated");
    for (const { way, row } of seen) {
      const { state, source, cost, booked, errorCode, doubt } = row;
      const read = { state, source, units: countsOf(row.units), cost, booked, errorCode, doubt };
      const settled = { state: "settled", source: "provider", errorCode: null, doubt: null };
      expect({ way, ...read }).toEqual({ way, ...settled, units, cost: nanos, booked: nanos });
      expect(row).toMatchObject({ vendor });
      expect(row.held).toBeGreaterThanOrEqual(nanos);
    }
  });
});

describe("gemini-2.5-pro is priced, and held, at the tier that its input reaches", () => {
  const short = "Where is the station?";
  // A byte may be a token, so that this may be more than 200,000 of them.
  const long = `${short} ${"a".repeat(200_000)}`;

  it.each([
    [200_000, 250_010_000n],
    [200_001, 500_017_500n],
  ])("%i tokens of input and one of output", async (promptTokenCount, nanos) => {
    const usage = { promptTokenCount, candidatesTokenCount: 1 };
    sandbox.script({
      vendor: "google",
      faults: [{ name: "usage-exact", usage }],
    });
    for (const { call, door, ask } of waysTo("google/gemini-2.5-pro", ["generateText", "streamText"])) {
      const row = await rowOf({
        ...ask,
        body: String(ask.body).replaceAll(short, long),
      });
      expect({
        way: `${call} at ${door}`,
        cost: row.cost,
        booked: row.booked,
      }).toEqual({
        way: `${call} at ${door}`,
        cost: nanos,
        booked: nanos,
      });
      // 2,500 for each byte that may be a token, and 15,000 for each of output.
      expect(row.held).toBeGreaterThanOrEqual(200_001n * 2_500n + 2_000n * 15_000n);
      expect(row.held).toBeLessThan(540_000_000n);
    }
  });

  it("what cannot reach it is held at the lower one", async () => {
    for (const { ask } of waysTo("google/gemini-2.5-pro", ["generateText", "streamText"])) {
      const { held } = await rowOf(ask);
      expect(held).toBeGreaterThanOrEqual(2_000n * 10_000n);
      expect(held).toBeLessThan(2_000n * 15_000n);
    }
  });
});
