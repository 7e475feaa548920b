import { ai } from "../../contracts/ai.ts";
import type { BatchOutput, VendorBatch } from "../../contracts/ai-vendor-batches.ts";
import { isUnderWay } from "../../contracts/batch-status.ts";
import type { VendorIo } from "../../contracts/vendor-call.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import {
  claimBatches,
  endBatch,
  keepBatch,
  noteTold,
  type AnswersFile,
  type StoredBatch,
} from "../../domain/batches/index.ts";
import { askAboutJob, followJobs, settleJob } from "../jobs/index.ts";
import type { BatchFollowerDeps } from "./batches-deps.ts";
import { BatchMeter, type BatchCharge } from "./charge-batch.ts";
import { jsonLinesOf, parseLine } from "./json-lines.ts";
import { mostAnswerLineBytes, mostOutputBytes } from "./read-results.ts";

/** Of one question, and of reading all answers to a batch. */
const askMs = 15_000;
const readMs = 30 * 60_000;
/** How long nobody else asks; renewed while this process does. */
const leaseMs = 30_000;
const atOnce = 4;
const leastPauseMs = 1_000;
const longestPauseMs = 60_000;
/** A batch that its vendor cannot be asked about is asked after again and again; after so long it is charged at what is held. */
const lostMs = 35 * 24 * 60 * 60_000;

/** The older it is, the less it matters when its end is seen. */
const pauseMs = (ageMs: number): number => Math.min(Math.max(ageMs / 20, leastPauseMs), longestPauseMs);

const standingListed = { numerator: 1n, denominator: 1n } as const;

interface Following {
  readonly deps: BatchFollowerDeps;
  readonly batch: StoredBatch;
  readonly credential: CredentialRef;
}

const ask = <T>(
  { deps: { gateway }, batch, credential }: Following,
  deadlineMs: number,
  run: (io: VendorIo) => Promise<T>,
): Promise<T> => askAboutJob(gateway, batch, credential, { deadlineMs, mostAnswerBytes: mostOutputBytes, run });

const vendorSide = ({ deps, batch }: Following) => {
  const vendor = deps.vendorOf(batch.vendor);
  if (vendor?.batches === undefined) throw new Error(`${batch.vendor} takes no batches any more`);
  return { vendor, batches: vendor.batches };
};

const meterOf = ({ deps, batch }: Following, { vendor, batches }: ReturnType<typeof vendorSide>): BatchMeter =>
  new BatchMeter({
    heldNanos: batch.heldNanos,
    largestNanos: batch.largestNanos,
    model: batch.model,
    pricesOf: (model) =>
      deps.priceSetOf({
        organizationId: batch.organizationId,
        vendor: batch.vendor,
        model,
        credentialTier: batch.credentialTier,
        at: batch.createdAt.getTime(),
      }),
    rateOf: (model) => vendor.tierRate?.(model, batches.tier) ?? standingListed,
  });

/** Reads one of the outputs to its end, line by line; says how long it was. */
const readInto = async (
  following: Following,
  told: VendorBatch,
  output: BatchOutput,
  meter: BatchMeter,
): Promise<number> => {
  const { batches } = vendorSide(following);
  const { endpoint } = following.batch;
  let bytes = 0;
  const chunks = await ask(following, readMs, (io) => batches.output(told, output, io));
  async function* counted(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      yield chunk;
    }
  }
  for await (const line of jsonLinesOf(counted(), mostAnswerLineBytes)) {
    const answer = batches.answer(parseLine(line), endpoint);
    if (answer !== undefined) meter.add(answer);
  }
  return bytes;
};

const settle = (
  { deps: { gateway }, batch }: Pick<Following, "deps" | "batch">,
  { status, counts, vendorBatchId }: VendorBatch,
  charge: BatchCharge,
): Promise<void> =>
  settleJob(gateway, {
    operation: ai.createBatch.id,
    job: { ...batch, appId: batch.appId ?? undefined },
    charge,
    rawUsage: { batch: { status, counts } },
    vendorRequestId: vendorBatchId,
    serviceTier: "batch",
    failed: status === "failed",
  });

/** Charges a batch that has ended, by its answers, and then notes that it has. Done again it says the same. */
const conclude = async (following: Following, told: VendorBatch): Promise<void> => {
  const { deps, batch } = following;
  const side = vendorSide(following);
  const meter = meterOf(following, side);
  const fileOf = async (output: BatchOutput): Promise<AnswersFile | undefined> => {
    const vendorFileId = told.outputs[output];
    if (side.batches.answersInFiles && vendorFileId === undefined) return undefined;
    const bytes = await readInto(following, told, output, meter);
    return side.batches.answersInFiles && vendorFileId !== undefined ? { vendorFileId, bytes } : undefined;
  };
  const files = { answers: await fileOf("answers"), errors: await fileOf("errors") };
  await settle(following, told, meter.total(told.counts.succeeded));
  await endBatch(deps.deps, { ...batch, told }, files);
};

/** Nobody will say any more what it used. */
const giveUp = async (deps: BatchFollowerDeps, batch: StoredBatch): Promise<void> => {
  const { heldNanos: costNanos } = batch;
  const nothing = { units: {}, unpricedClasses: [], responseModel: undefined };
  await settle({ deps, batch }, batch.told, { ...nothing, costNanos, source: "estimated" });
  await endBatch(deps.deps, batch, { answers: undefined, errors: undefined });
};

const follow = async (following: Following): Promise<void> => {
  const { deps, batch } = following;
  const ageMs = deps.gateway.clock.now() - batch.createdAt.getTime();
  const { batches } = vendorSide(following);
  // What a vendor said of the total may come late; ours is known.
  const told = await ask(following, askMs, (io) => batches.get(batch.told.vendorBatchId, io));
  const whole = { ...told, counts: { ...told.counts, total: Math.max(told.counts.total, batch.told.counts.total) } };
  if (isUnderWay(told.status)) return noteTold(deps.deps, batch, whole, pauseMs(ageMs));
  await keepBatch(deps.deps, batch, leaseMs, whole);
  return conclude(following, whole);
};

/**
 * Asks vendors after the batches that are due, each leased to one process, and charges those that have ended. Says how many
 * were asked after.
 */
export const followBatches = (deps: BatchFollowerDeps): Promise<number> =>
  followJobs<StoredBatch>({
    gateway: deps.gateway,
    noun: "a batch",
    claim: () => claimBatches(deps.deps, leaseMs, atOnce),
    keep: (batch) => keepBatch(deps.deps, batch, leaseMs),
    leaseMs,
    follow: (batch, credential) => follow({ deps, batch, credential }),
    postpone: (batch, ageMs) => noteTold(deps.deps, batch, undefined, Math.max(pauseMs(ageMs), 2 * leastPauseMs)),
    lostMs,
    giveUp: (batch) => giveUp(deps, batch),
  });
