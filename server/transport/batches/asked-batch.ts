import type { CreateBatchInput } from "../../contracts/ai/batches.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { readContent } from "../files/index.ts";
import type { BatchesDeps } from "./batches-deps.ts";
import { jsonLinesOf, parseLine } from "./json-lines.ts";
import { prepareBatch, type AskedLine, type PreparedBatch } from "./prepare-batch.ts";

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

/** The same, however a request came: in a line of a file, or by itself. */
const bytesOfRequest = (body: unknown): number => Buffer.byteLength(JSON.stringify(body ?? null));

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
    yield { customId, body: request, byteLength: bytesOfRequest(request), place };
  }
}

async function* each(lines: Iterable<AskedLine>): AsyncGenerator<AskedLine, void, void> {
  yield* lines;
}

const vendorOf = (endpoint: CreateBatchInput["endpoint"]): string =>
  endpoint === "/v1/messages" ? "anthropic" : "openai";

/** A batch as the typed contract asks for one. */
export const askedBatchOf = ({ endpoint, requests, fileId, metadata = {} }: CreateBatchInput): AskedBatch => ({
  endpoint,
  metadata,
  from:
    fileId === undefined
      ? {
          lines: (requests ?? []).map(({ customId, body }, index) => ({
            customId,
            body,
            byteLength: bytesOfRequest(body),
            place: `requests.${index}`,
          })),
        }
      : { fileId },
});

/** The requests of a batch, and where they are kept, if anywhere. */
const sourceOf = async (deps: BatchesDeps, ctx: CallContext, { from, endpoint }: AskedBatch) => {
  if ("lines" in from) return { lines: each(from.lines), file: undefined };
  const vendor = vendorOf(endpoint);
  const { file, content } = await readContent(deps, ctx, from.fileId);
  if (file.vendor !== vendor || file.purpose !== "batch")
    throw wrong("input_file_id", `a file that was uploaded to ${vendor} for the purpose batch`);
  return { lines: requestsIn(content.body, endpoint), file };
};

/** A batch with all its requests checked and bounded; whoever has it closes its file. Nothing is sent. */
export const prepareAsked = async (
  deps: BatchesDeps,
  ctx: CallContext,
  asked: AskedBatch,
): Promise<PreparedBatch & { readonly vendor: string; readonly inputFile: string | null }> => {
  const { endpoint } = asked;
  const { lines, file } = await sourceOf(deps, ctx, asked);
  const vendor = vendorOf(endpoint);
  const prepared = await prepareBatch(deps.gateway, ctx, { vendor, endpoint, credentialId: file?.credentialId }, lines);
  return { ...prepared, vendor, inputFile: file?.rowId ?? null };
};
