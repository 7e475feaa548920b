import { createHash } from "node:crypto";
import { BatchCustomId } from "../../contracts/ai/batches.ts";
import type { AiVendorBatches } from "../../contracts/ai-vendor-batches.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { aiRouteOf, batchedBound, BatchRoute, type AiRequest, type AiRoute } from "../../families/ai/index.ts";
import { routesOf } from "../../gateway/authorize-and-reserve.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { spoolFile, type SpooledFile } from "../../platform/spooled-file.ts";
import { lineReaders } from "./line-dialects.ts";

/** A request of a batch as it was asked for, and where it stands there. */
export interface AskedLine {
  readonly customId: unknown;
  readonly body: unknown;
  readonly byteLength: number;
  /** Such as `requests.4`, or `line 5`. */
  readonly place: string;
}

interface Preparing {
  readonly vendor: string;
  readonly endpoint: keyof typeof lineReaders;
  /** The credential that has the file, where there is one. */
  readonly credentialId?: string | undefined;
}

/** A batch that is ready to go. */
export interface PreparedBatch {
  readonly route: BatchRoute;
  readonly model: string;
  readonly requests: number;
  /** The most that one of them can cost. */
  readonly largestNanos: bigint;
  /** As the vendor takes them; whoever has it closes it. */
  readonly file: SpooledFile;
  /** Of what was asked for. */
  readonly digest: string;
}

const wrong = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** The same error, with the place of the request that it is about. */
const placed = (error: unknown, place: string): unknown => {
  if (!NexusError.is(error)) return error;
  const { code, message, details, issues, http } = error;
  return new NexusError(code, {
    message: `${place}: ${message}`,
    http,
    ...(details === undefined ? {} : { details }),
    ...(issues === undefined
      ? {}
      : {
          issues: issues.map(({ field, expected }) => ({
            field: field.startsWith(place) ? field : `${place}.body.${field}`,
            expected,
          })),
        }),
    cause: error,
  });
};

/** How far the reading of a batch has come. */
interface Progress {
  first: { readonly route: AiRoute; readonly batches: AiVendorBatches } | undefined;
  boundNanos: bigint;
  largestNanos: bigint;
  bytes: number;
}

/** The largest amount the ledger can hold. */
const mostNanos = 9_223_372_036_854_775_807n;

/** Everything else gets its turn in between. */
const turnEvery = 64;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** How one of its requests goes: like a call of its own, to the one vendor and by the one credential of the batch. */
const routeOf = async (
  gateway: Gateway,
  ctx: CallContext,
  request: AiRequest,
  { vendor, credentialId }: Preparing,
): Promise<AiRoute> => {
  const routes = (await routesOf(gateway, request, ctx)).map(aiRouteOf);
  const there = routes.filter(({ target }) => target.vendor === vendor);
  const found = there.find(({ credential }) => credentialId === undefined || credential.id === credentialId);
  if (found !== undefined) return found;
  if (there.length > 0)
    throw new NexusError("CREDENTIAL_MISSING", {
      message: "The batch's requests are not all paid by the account that it is kept in.",
      issues: [{ field: "model", expected: "models that one account pays for" }],
    });
  throw wrong("model", `a model of ${vendor}, which carries the batch out`);
};

const requireSame = (vendor: AiVendorBatches, first: AiRoute, next: AiRoute): void => {
  if (vendor.oneModel && first.model !== next.model)
    throw wrong("model", `${first.model}: all requests of a batch are for one model`);
};

/**
 * Reads the requests of a batch one by one: each is checked, routed and bounded as a call of its own, and written down as
 * the vendor takes it. Nothing is sent.
 */
export const prepareBatch = async (
  gateway: Gateway,
  ctx: CallContext,
  asked: Preparing,
  lines: AsyncIterable<AskedLine>,
): Promise<PreparedBatch> => {
  const { endpoint } = asked;
  const digest = createHash("sha256").update(JSON.stringify([asked.vendor, endpoint]));
  const seen = new Set<string>();
  const so: Progress = { first: undefined, boundNanos: 0n, largestNanos: 0n, bytes: 0 };

  const take = async ({ customId: told, body, byteLength, place }: AskedLine): Promise<string> => {
    const customId = BatchCustomId.safeParse(told);
    if (!customId.success) throw wrong(`${place}.custom_id`, "1 to 512 characters");
    if (seen.has(customId.data)) throw wrong(`${place}.custom_id`, "a name that no other request of the batch has");
    seen.add(customId.data);
    try {
      const { request, outgoing } = lineReaders[endpoint](body, byteLength);
      const pinned = { ...asked, credentialId: asked.credentialId ?? so.first?.route.credential.id };
      const route = await routeOf(gateway, ctx, request, pinned);
      const { batches } = route.vendor;
      if (batches?.endpoints.includes(endpoint) !== true)
        throw new NexusError("CAPABILITY_MISSING", {
          message: `${asked.vendor} takes no batches for ${endpoint}.`,
          details: { vendor: asked.vendor, missing: "batches" },
        });
      if (!batches.customIds.pattern.test(customId.data))
        throw new NexusError("INVALID_INPUT", {
          issues: [{ field: `${place}.custom_id`, expected: batches.customIds.expected }],
        });
      so.first ??= { route, batches };
      requireSame(batches, so.first.route, route);
      if (seen.size > batches.mostRequests)
        throw new NexusError("PAYLOAD_TOO_LARGE", {
          message: `A batch of ${asked.vendor} has at most ${batches.mostRequests} requests.`,
          details: { maxRequests: batches.mostRequests },
        });
      const limits = route.limits();
      const line = `${batches.line({ customId: customId.data, endpoint, body: outgoing(limits) }, limits)}\n`;
      so.bytes += Buffer.byteLength(line);
      if (so.bytes > batches.mostBytes)
        throw new NexusError("PAYLOAD_TOO_LARGE", {
          message: `The requests of a batch of ${asked.vendor} have at most ${batches.mostBytes} bytes together.`,
          details: { maxBytes: batches.mostBytes },
        });
      const most = batchedBound(route);
      so.boundNanos += most;
      if (most > so.largestNanos) so.largestNanos = most;
      digest.update(JSON.stringify([customId.data, body]));
      return line;
    } catch (error) {
      throw placed(error, place);
    }
  };

  async function* rewritten(): AsyncGenerator<Uint8Array, void, void> {
    for await (const line of lines) {
      yield Buffer.from(await take(line));
      if (seen.size % turnEvery === 0) await turn();
    }
  }

  const file = await spoolFile(rewritten());
  const { first } = so;
  if (first === undefined || so.boundNanos > mostNanos) {
    await file.close();
    throw wrong("requests", first === undefined ? "at least one request" : "requests that can be paid for together");
  }
  return {
    route: new BatchRoute(first.route, first.batches, so.boundNanos),
    model: first.route.model,
    requests: seen.size,
    largestNanos: so.largestNanos,
    file,
    digest: digest.digest("hex"),
  };
};
