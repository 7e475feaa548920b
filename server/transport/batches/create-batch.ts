import { ai } from "../../contracts/ai.ts";
import type { CreateBatchInput } from "../../contracts/ai/batches.ts";
import { batchIdOf } from "../../contracts/batch-id.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { beginBatch, requireBatch, runBatch, type StoredBatch } from "../../domain/batches/index.ts";
import { NexusError } from "../../errors.ts";
import { batchRequest } from "../../families/ai/index.ts";
import { startJob } from "../../gateway/start-job.ts";
import { newId } from "../../platform/ids.ts";
import { readContent, requireFileUse } from "../files/index.ts";
import type { BatchesDeps } from "./batches-deps.ts";
import { jsonLinesOf, parseLine } from "./json-lines.ts";
import { prepareBatch, type AskedLine } from "./prepare-batch.ts";

/** What is asked of a batch, whichever way its requests come. */
export interface AskedBatch {
  readonly endpoint: CreateBatchInput["endpoint"];
  readonly metadata: Readonly<Record<string, string>>;
  readonly from: { readonly lines: Iterable<AskedLine> } | { readonly fileId: string };
}

/** Of one request; vendors bound calls at about that. */
const mostLineBytes = 24 * 1024 * 1024;

const wrong = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

const recordOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;

/** https://platform.openai.com/docs/api-reference/batch/request-input */
async function* requestsIn(body: AsyncIterable<Uint8Array>, endpoint: string): AsyncGenerator<AskedLine, void, void> {
  let n = 0;
  for await (const text of jsonLinesOf(body, mostLineBytes)) {
    n += 1;
    const place = `line ${n}`;
    const line = recordOf(parseLine(text));
    if (line === undefined) throw wrong(place, "a JSON object");
    const { custom_id: customId, method, url, body: request, ...others } = line;
    const [other] = Object.keys(others);
    if (other !== undefined)
      throw wrong(`${place}.${other.slice(0, 64)}`, "nothing but custom_id, method, url and body");
    if (method !== "POST") throw wrong(`${place}.method`, "POST");
    if (url !== endpoint) throw wrong(`${place}.url`, `${endpoint}, as the batch has it`);
    yield { customId, body: request, byteLength: Buffer.byteLength(text), place };
  }
}

async function* each(lines: Iterable<AskedLine>): AsyncGenerator<AskedLine, void, void> {
  yield* lines;
}

const vendorOf = (endpoint: CreateBatchInput["endpoint"]): string =>
  endpoint === "/v1/messages" ? "anthropic" : "openai";

/** The requests of a batch, and where they are kept, if anywhere. */
const sourceOf = async (deps: BatchesDeps, ctx: CallContext, { from, endpoint }: AskedBatch) => {
  if ("lines" in from) return { lines: each(from.lines), file: undefined };
  const vendor = vendorOf(endpoint);
  const { file, content } = await readContent(deps, ctx, from.fileId);
  if (file.vendor !== vendor || file.purpose !== "batch")
    throw wrong("input_file_id", `a file that was uploaded to ${vendor} for the purpose batch`);
  return { lines: requestsIn(content.body, endpoint), file };
};

/**
 * Starts a batch: all its requests are checked and bounded, the most that they can cost together is set aside under one
 * operation, and then the vendor is asked. A repeat under the same idempotency key is given the first batch.
 */
export const createBatch = async (deps: BatchesDeps, given: CallContext, asked: AskedBatch): Promise<StoredBatch> => {
  requireFileUse(deps, given, ai.createBatch);
  // What acts is recognized by a key; clients of vendors need not have one, and then nobody repeats it.
  const ctx = { ...given, idempotencyKey: given.idempotencyKey ?? `batch-${newId()}` };
  const { endpoint, metadata } = asked;
  const { lines, file } = await sourceOf(deps, ctx, asked);
  const vendor = vendorOf(endpoint);
  const prepared = await prepareBatch(deps.gateway, ctx, { vendor, endpoint, credentialId: file?.credentialId }, lines);
  try {
    const { route, model, requests, largestNanos, digest } = prepared;
    const { organizationId, appId, userId, keyId } = ctx;
    const request = batchRequest({
      batchRoute: route,
      fingerprint: JSON.stringify([digest, Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1))]),
      outgoing: { endpoint, requests, metadata, bytes: prepared.file.bytes, read: prepared.file.read },
      begin: (operationId) =>
        beginBatch(deps.deps, {
          operationId,
          organizationId,
          appId,
          userId,
          keyId,
          vendor,
          credentialId: route.credential.id,
          credentialTier: route.credential.tier,
          endpoint,
          model,
          inputFile: file?.rowId ?? null,
          metadata,
          largestNanos,
        }),
    });
    const { operationId } = await startJob(deps.gateway, request, ctx, ({ result: told, ...job }) =>
      runBatch(deps.deps, ctx, { ...job, told: { ...told, counts: { ...told.counts, total: requests } } }),
    );
    return await requireBatch(deps.deps, organizationId, batchIdOf(operationId));
  } finally {
    await prepared.file.close();
  }
};
