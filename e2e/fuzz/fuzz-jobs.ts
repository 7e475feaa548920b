import { batchFollowing } from "../../server/assembly/batch-following.ts";
import type { CallContext } from "../../server/contracts/call-context.ts";
import { NexusError } from "../../server/errors.ts";
import { generateImageRequest, generateTextRequest } from "../../server/families/ai/index.ts";
import { call } from "../../server/gateway/call.ts";
import { fileInMemory } from "../../server/platform/spooled-file.ts";
import { createBatch, followBatches } from "../../server/transport/batches/index.ts";
import { storeFile, viewFile } from "../../server/transport/files/index.ts";
import { followVideos, startVideo } from "../../server/transport/videos/index.ts";
import { pdfOf, pngOf } from "../../test/media-files.ts";
import type { TestGateway } from "../../test/gateway.ts";
import { createRandom, type Random } from "../faults/seeded.ts";
import type { ShelfFile } from "./media-shelf.ts";
import { randomJob, type KeptFile, type RandomJob } from "./random-job.ts";

/** What came of a run. */
export interface JobsVerdict {
  readonly requests: number;
  /** How many rows were charged, by their operation. */
  readonly charged: Readonly<Record<string, number>>;
  /** How often a request was refused, by its kind and code. */
  readonly refused: Readonly<Record<string, number>>;
  /** Rows that cost more than was held for them, or whose cost nobody knows. */
  readonly above: readonly {
    readonly operation: string;
    readonly model: string;
    readonly held: string;
    readonly cost: string | null;
    /** Why nobody knows it. */
    readonly doubt: string | null;
  }[];
  /** The largest share of its hold that a request cost, by its operation. */
  readonly worst: Readonly<Record<string, number>>;
  readonly failed: number;
}

interface FuzzJobs {
  readonly test: TestGateway;
  readonly seed: number;
  readonly count: number;
  /** Told after each thousand requests. */
  readonly onProgress?: (done: number) => void;
}

const permissions = new Set(["srv_nexus.ai:invoke", "srv_nexus.ai:read"]);

const filesOf = (random: Random): readonly ShelfFile[] => {
  const images = Array.from({ length: 6 }, () => {
    const [width, height] = [random.pick([1, 64, 512, 1_024, 3_000]), random.pick([1, 64, 512, 1_024, 3_000])];
    return { mediaType: "image/png", data: pngOf(width, height).toString("base64"), truth: `image:${width}x${height}` };
  });
  const documents = Array.from({ length: 6 }, () => {
    const pages = random.pick([1, 2, 20, 100]);
    const text = "x".repeat(random.pick([0, 100, 2_000]));
    // Some say that they have fewer pages, or more.
    const said = random.pick([pages, pages, 1, 200]);
    const data = pdfOf({ pages, said, text, shared: random.next() < 0.5 }).toString("base64");
    return { mediaType: "application/pdf", data, truth: `document:${pages}:${pages * text.length}` };
  });
  return [...images, ...documents];
};

const keepFiles = async (
  test: TestGateway,
  ctx: CallContext,
  random: Random,
): Promise<readonly [KeptFile, ...KeptFile[]]> => {
  const kept: KeptFile[] = [];
  for (const vendor of ["openai", "anthropic"] as const)
    for (const [n, file] of filesOf(random).entries()) {
      const filename = `file-${n}.${file.mediaType === "image/png" ? "png" : "pdf"}`;
      const asked = {
        provider: vendor,
        filename,
        mediaType: file.mediaType,
        purpose: undefined,
        expiresAfterSeconds: undefined,
      };
      const stored = await storeFile(test, ctx, asked, fileInMemory(Buffer.from(file.data, "base64")));
      kept.push({ ...file, vendor, fileId: viewFile(test.gateway, stored).id });
    }
  const [first, ...others] = kept;
  if (first === undefined) throw new Error("no file was kept");
  return [first, ...others];
};

/** The code of a refusal, or undefined for what was taken. */
const ask = async (test: TestGateway, ctx: CallContext, { kind, input }: RandomJob): Promise<string | undefined> => {
  try {
    if (kind === "edit") await call(test.gateway, generateImageRequest(input), ctx);
    else if (kind === "file") await call(test.gateway, generateTextRequest(input), ctx);
    else if (kind === "video") await startVideo(test, ctx, input);
    else {
      const lines = input.requests.map(({ customId, body }, n) => ({
        customId,
        body,
        byteLength: Buffer.byteLength(JSON.stringify(body)),
        place: `requests.${n}`,
      }));
      await createBatch(test, ctx, { endpoint: input.endpoint, metadata: {}, from: { lines } });
    }
    return undefined;
  } catch (error) {
    if (NexusError.is(error)) return error.code;
    throw error;
  }
};

/** Asks after every job until all have ended. */
const endJobs = async (test: TestGateway): Promise<void> => {
  const deps = { gateway: test.gateway, deps: test.deps, ...batchFollowing(test.runtime) };
  const { pool } = test.deps.db;
  const tables = ["ai_batch", "ai_video"];
  for (let looks = 0; looks < 10_000; looks += 1) {
    for (const table of tables)
      await pool.query(`update nexus.${table} set look_at = clock_timestamp() where look_at > clock_timestamp()`);
    await followBatches(deps);
    await followVideos(deps);
    const open = await Promise.all(
      tables.map((table) => pool.query(`select from nexus.${table} where look_at is not null limit 1`)),
    );
    if (open.every(({ rowCount }) => rowCount === 0)) return;
  }
  throw new Error("jobs that never end");
};

interface Row {
  readonly operation: string;
  readonly model: string;
  readonly held: string;
  readonly cost: string | null;
  readonly doubt: string | null;
}

/**
 * Random edits of images, questions about files that vendors keep, batches and videos, answered by the sandbox at what their
 * vendors document as the most: none may cost more than was held for it.
 */
export const fuzzJobs = async ({ test, seed, count, onProgress }: FuzzJobs): Promise<JobsVerdict> => {
  const random = createRandom(seed);
  const ctx = test.context({ permissions });
  const kept = await keepFiles(test, ctx, random);
  const refused: Record<string, number> = {};
  const seeds = Array.from({ length: count }, () => random.between(0, 2 ** 31));
  const left = seeds[Symbol.iterator]();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const own of left) {
      const job = randomJob(createRandom(own), kept);
      const code = await ask(test, ctx, job);
      if (code !== undefined) refused[`${job.kind} ${code}`] = (refused[`${job.kind} ${code}`] ?? 0) + 1;
      if ((done += 1) % 1_000 === 0) onProgress?.(done);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  await endJobs(test);
  const { rows } = await test.deps.db.pool.query<Row>(
    `select name operation, vendor || '/' || model as model, held::text, cost::text, result->>'doubt' doubt from nexus.operation where org_id = $1 and state <> 'released'`,
    [ctx.organizationId],
  );
  const charged: Record<string, number> = {};
  const worst: Record<string, number> = {};
  for (const { operation, held, cost } of rows) {
    charged[operation] = (charged[operation] ?? 0) + 1;
    worst[operation] = Math.max(worst[operation] ?? 0, Number(cost) / Number(held));
  }
  const above = rows.filter(({ held, cost }) => cost === null || BigInt(cost) > BigInt(held));
  return { requests: count, charged, refused, above: above.slice(0, 20), worst, failed: above.length };
};
