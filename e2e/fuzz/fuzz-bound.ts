import type { CallContext } from "../../server/contracts/call-context.ts";
import { setBudget } from "../../server/domain/budgets/index.ts";
import { NexusError } from "../../server/errors.ts";
import { call, stream } from "../../server/gateway/call.ts";
import { generateTextRequest, streamTextRequest } from "../../server/families/ai/index.ts";
import { createAnthropicDoor } from "../../server/transport/anthropic/index.ts";
import { fromFetch, toFetch, type HttpDoor } from "../../server/transport/door-request.ts";
import { createOpenAiDoor } from "../../server/transport/openai/index.ts";
import type { TestGateway } from "../../test/gateway.ts";
import { createRandom } from "../faults/seeded.ts";
import { fillShelf, type ShelfFile } from "./media-shelf.ts";
import { randomRequest, type RandomRequest } from "./random-request.ts";
import { operatorNamed } from "../../server/contracts/operator.ts";

/** What came of a run. */
export interface BoundVerdict {
  readonly requests: number;
  readonly answered: number;
  /** Those of them that searched the web. */
  readonly searched: number;
  /** How often a request was refused, by its code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Rows that cost more than was held for them. */
  readonly above: readonly { readonly model: string; readonly held: string; readonly cost: string }[];
  /** The largest share of its hold that a request cost. */
  readonly worst: number;
  /** Budgets of the crowds: what was spent of each hard limit. */
  readonly crowds: readonly { readonly limit: string; readonly spent: string; readonly answered: number }[];
  readonly failed: number;
}

interface FuzzBound {
  readonly test: TestGateway;
  readonly seed: number;
  readonly count: number;
  /** Mixed requests at once on one hard budget, so many times. */
  readonly crowds: number;
  readonly crowdSize?: number;
  /** Told after each thousand requests. */
  readonly onProgress?: (done: number) => void;
}

interface Doors {
  readonly openai: HttpDoor;
  readonly anthropic: HttpDoor;
}

const doorsFor = ({ gateway }: TestGateway, ctx: CallContext): Doors => ({
  openai: (request) => createOpenAiDoor(gateway)(request, ctx),
  anthropic: (request) => createAnthropicDoor(gateway)(request, ctx),
});

/** Asks, and takes the whole answer; the code of a refusal, or undefined for an answer. */
const ask = async (test: TestGateway, ctx: CallContext, request: RandomRequest): Promise<string | undefined> => {
  try {
    if (request.door !== "typed") {
      const path = request.door === "openai" ? "/v1/chat/completions" : "/v1/messages";
      const asked = new Request(`http://nexus${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request.body),
      });
      const reply = await doorsFor(test, ctx)[request.door](fromFetch(asked, ctx.requestId));
      await toFetch(reply).arrayBuffer();
    } else if (request.stream) {
      const { chunks, end } = await stream(test.gateway, streamTextRequest(request.input), ctx);
      for await (const _ of chunks);
      await end;
    } else await call(test.gateway, generateTextRequest(request.input), ctx);
    return undefined;
  } catch (error) {
    if (NexusError.is(error)) return error.code;
    throw error;
  }
};

/** Runs all, so many at a time. */
const each = async <T>(items: readonly T[], atOnce: number, run: (item: T) => Promise<void>): Promise<void> => {
  const left = items[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const item of left) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
};

interface Row {
  readonly model: string;
  readonly searches: number;
  readonly held: string;
  readonly cost: string;
}

const crowd = async (
  test: TestGateway,
  requests: readonly RandomRequest[],
  limitNanoUsd: bigint,
): Promise<BoundVerdict["crowds"][number]> => {
  const ctx = test.context();
  await setBudget(
    test.deps,
    { ...operatorNamed("fuzz"), organizationId: ctx.organizationId },
    { scope: "organization", period: "total", limitNanos: String(limitNanoUsd) },
  );
  await test.refresh();
  let answered = 0;
  await each(requests, requests.length, async (request) => {
    if ((await ask(test, ctx, request)) === undefined) answered += 1;
  });
  const { spent, overrun } = await test.counters(ctx.organizationId);
  return { limit: String(limitNanoUsd), spent: String(spent + overrun), answered };
};

/**
 * Random requests of every kind, at every door and vendor, answered by the sandbox at their dearest: none may cost more
 * than was held for it, and no crowd more than its hard budget.
 */
export const fuzzBound = async ({
  test,
  seed,
  count,
  crowds,
  crowdSize = 200,
  onProgress,
}: FuzzBound): Promise<BoundVerdict> => {
  const random = createRandom(seed);
  const shelf: readonly [ShelfFile, ...ShelfFile[]] = await fillShelf(random, 12);
  const ctx = test.context();
  const refused: Record<string, number> = {};
  let answered = 0;
  let done = 0;
  const requests = Array.from({ length: count }, () => random.between(0, 2 ** 31));
  await each(requests, 16, async (own) => {
    const code = await ask(test, ctx, randomRequest(createRandom(own), shelf));
    if (code === undefined) answered += 1;
    else refused[code] = (refused[code] ?? 0) + 1;
    if ((done += 1) % 1_000 === 0) onProgress?.(done);
  });
  const { rows } = await test.deps.db.pool.query<Row>(
    `select vendor || '/' || model as model, coalesce((result->'units'->>'search')::int, 0) searches, held::text, cost::text from nexus.operation where org_id = $1 and cost is not null`,
    [ctx.organizationId],
  );
  const above = rows.filter(({ held, cost }) => BigInt(cost) > BigInt(held));
  const worst = rows.reduce((most, { held, cost }) => Math.max(most, Number(cost) / Number(held)), 0);
  const spent: BoundVerdict["crowds"][number][] = [];
  for (let n = 0; n < crowds; n += 1) {
    const mixed = Array.from({ length: crowdSize }, () => randomRequest(random, shelf));
    spent.push(await crowd(test, mixed, BigInt(random.pick([100_000_000, 1_000_000_000, 5_000_000_000]))));
  }
  const broken = spent.filter(({ limit, spent: of }) => BigInt(of) > BigInt(limit)).length;
  return {
    requests: count,
    answered,
    searched: rows.filter(({ searches }) => searches > 0).length,
    refused,
    above: above.slice(0, 20),
    worst,
    crowds: spent,
    failed: above.length + broken,
  };
};
