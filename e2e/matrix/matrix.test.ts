import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bedrockCredential } from "../../sandbox/bedrock/vendor.ts";
import { startSandbox, type Sandbox } from "../../sandbox/start-sandbox.ts";
import { ai } from "../../server/contracts/ai.ts";
import { seedPlatformDefaults, type PlatformSecret } from "../../server/domain/credentials/index.ts";
import { setPrice } from "../../server/domain/pricing/index.ts";
import { providerOf } from "../../server/providers/index.ts";
import { testContext } from "../../test/deps.ts";
import type { LedgerRow } from "../../test/gateway.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { lookAtVideos } from "../../test/look-at-videos.ts";
import { RealtimeTalk } from "../../test/realtime-talk.ts";
import { sendRaw } from "../../test/send-raw.ts";
import { loadFixtures } from "../../test/vendor-fixtures.ts";
import {
  askAt,
  isSocketCall,
  matrixCalls,
  matrixDoors,
  roadOf,
  vendorsOf,
  verbOf,
  type MatrixCall,
} from "./matrix-table.ts";
import { eventually } from "../../test/eventually.ts";

const fixtures = await loadFixtures();

let sandbox: Sandbox;
let gateway: ListeningGateway;
let callable: ReadonlyMap<string, readonly string[]>;

/** Servers of one's own: an operator sets their prices. */
const unpriced = Object.keys(fixtures).filter((id) => providerOf(id)?.catalogue === undefined);

beforeAll(async () => {
  sandbox = await startSandbox({ fsync: false });
  const { bedrock, azure, ...own } = sandbox.baseUrls;
  // Vendors without a wire of their own in the sandbox speak OpenAI's.
  const others = Object.keys(fixtures).filter((id) => !(id in sandbox.baseUrls));
  const upstreams = { ...Object.fromEntries(others.map((id) => [id, own.compatible])), ...own };
  gateway = await openListeningGateway({ upstreams });
  const deployments = fixtures["azure"]?.models.map((model) => `${model}=prod-${model}`).join(", ") ?? "";
  const secrets: readonly (readonly [string, PlatformSecret])[] = [
    ["bedrock", { secret: bedrockCredential, baseUrl: bedrock }],
    ["azure", { secret: { apiKey: "0123456789abcdef0123456789abcdef", deployments }, baseUrl: azure }],
  ];
  expect(await seedPlatformDefaults(gateway.deps, new Map(secrets))).toMatchObject({ refused: [] });
  const actor = {
    kind: "user",
    userId: "usr_price",
    sessionId: "ses_price",
    role: "owner",
    platformBypass: true,
  } as const;
  const price = (vendor: string, model: string, prices: Readonly<Record<string, string>>) =>
    setPrice(gateway.deps, testContext({ actor }), { vendor, model, organizationId: null, prices });
  for (const vendor of unpriced) {
    for (const model of fixtures[vendor]?.models ?? [])
      await price(vendor, model, { input: "1000000000", output: "4000000000" });
    await price(vendor, "text-embedding-3-small", { input: "1000000000" });
  }
  await price("openrouter", "openai/text-embedding-3-small", { input: "20000000" });
  await gateway.refresh();
  const { credential } = gateway.issue();
  const listed = await fetch(`${gateway.url}/api/ai/models`, { headers: { authorization: `Bearer ${credential}` } });
  const { models } = (await listed.json()) as { models: { id: string; operations: string[] }[] };
  callable = new Map(models.map(({ id, operations }) => [id, operations]));
});
afterAll(async () => {
  await gateway.close();
  await sandbox.close();
});

/** Models that do it, where the first that is listed for the operation does only another call of it. */
const further: Readonly<Record<string, string>> = {
  "editImage fal": "fal/fal-ai/nano-banana/edit",
  "answerAloud openai": "openai/gpt-audio",
  "streamAloud openai": "openai/gpt-audio",
};

/** A model of the vendor's that does it: the first of those by which its texts are tested, or the first that is listed for it. */
const modelFor = (asked: MatrixCall, vendor: string): string => {
  const { skill, id } = ai[verbOf(asked)];
  const other = further[`${asked} ${vendor}`];
  if (other !== undefined) return other;
  const [known] = fixtures[vendor]?.models ?? [];
  if (skill === "text" && known !== undefined) return `${vendor}/${known}`;
  const listed = [...callable].find(([model, operations]) => model.startsWith(`${vendor}/`) && operations.includes(id));
  if (listed === undefined) throw new Error(`${vendor} has no model for ${asked}`);
  return listed[0];
};

const rowOf = async (asked: MatrixCall, vendor: string, door: (typeof matrixDoors)[number]): Promise<LedgerRow> => {
  const ask = askAt(asked, door)?.(modelFor(asked, vendor));
  if (ask === undefined) throw new Error(`${door} has no ${asked}`);
  const { credential, organizationId } = gateway.issue();
  if (isSocketCall(asked)) {
    const talk = await RealtimeTalk.open(gateway.url, { credential, model: modelFor(asked, vendor) });
    await talk.say("Where is the station?");
    expect(await talk.respond()).toMatchObject({ type: "response.done" });
    talk.close();
    const [row] = await gateway.rows(organizationId);
    if (row === undefined) throw new Error("no ledger row");
    return row;
  }
  const { status, text } = await sendRaw(gateway.port, {
    ...ask,
    headers: { authorization: `Bearer ${credential}`, ...ask.headers },
  });
  expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ");
  // What goes on in the background ends after its answer, and a job once its vendor has been asked after it.
  return eventually(async () => {
    if (asked === "startVideo") await lookAtVideos(gateway);
    const [row, ...others] = await gateway.rows(organizationId);
    expect(others).toEqual([]);
    expect(row?.state).not.toBe("open");
    if (row === undefined) throw new Error("no ledger row");
    return row;
  });
};

/** What is said of a call whatever door it came through; the hold is an upper bound by the size of what was sent. */
const comparable = ({ state, source, vendor, model, units, cost, booked, tier, errorCode, doubt }: LedgerRow) => ({
  state,
  source,
  vendor,
  model,
  // What a wire tells of a class that was not used is nothing, or zero.
  units: Object.fromEntries(Object.entries(units ?? {}).filter(([, count]) => count > 0)),
  cost,
  booked,
  tier,
  errorCode,
  doubt,
});

describe.each(matrixCalls)("%s", (asked) => {
  it.each(vendorsOf(asked))("of %s leaves the same ledger row, whichever door was asked", async (vendor) => {
    const doors = matrixDoors.filter((door) => roadOf(asked, door, vendor) !== undefined);
    const [first, ...others] = await Promise.all(
      doors.map(async (door) => ({ door, row: comparable(await rowOf(asked, vendor, door)) })),
    );
    expect(first?.row).toMatchObject({ state: "settled", source: "provider", vendor });
    expect(Object.values(first?.row.units ?? {})).not.toEqual([]);
    for (const { door, row } of others) expect({ door, ...row }).toEqual({ door, ...first?.row });
  });
});
