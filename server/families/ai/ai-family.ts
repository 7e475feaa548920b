import type { CallContext } from "../../contracts/call-context.ts";
import type { VendorBatch } from "../../contracts/ai-vendor-batches.ts";
import type { AiVendor } from "../../contracts/ai-vendor.ts";
import type { HeldFile } from "../../contracts/held-file.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import type { FileReference } from "../../domain/files/index.ts";
import type { PriceSet } from "../../domain/pricing/index.ts";
import type { ChosenRoute } from "../../domain/routing/index.ts";
import { NexusError } from "../../errors.ts";
import type { Family } from "../family.ts";
import type { RoutedAiRequest } from "./ai-request.ts";
import { AiRoute } from "./ai-route.ts";
import { estimateTokens } from "./bound.ts";
import { batchActs } from "./batch-acts.ts";
import type { BatchRequest } from "./batch-request.ts";
import type { FilePlace, FileRequest } from "./file-request.ts";
import { FileRoute } from "./file-route.ts";
import { measureSize } from "./measure-size.ts";
import { fileReferencesOf, pinRoutes } from "./pin-routes.ts";
import { totalTokens } from "./settlement.ts";

export interface AiFamilyDeps {
  /** The AI side of a registered vendor. */
  readonly vendorOf: (id: string) => AiVendor | undefined;
  /** Ordered models with their credentials and prices, never empty; throws a NexusError where there is none. */
  readonly chooseRoutes: (ctx: CallContext, request: RoutedAiRequest) => readonly ChosenRoute<CredentialRef>[];
  /** Of another model than the route's, paid by the route's credential. */
  readonly priceSetOf: (organizationId: string, route: ChosenRoute<CredentialRef>, model: string) => PriceSet | null;
  /** The files that a request refers to, once they can be used; throws where the organization has not all of them. */
  readonly filesOf: (ctx: CallContext, references: readonly FileReference[]) => Promise<ReadonlyMap<string, HeldFile>>;
  /** The credential under which a file is to be kept, or is; throws where there is none. */
  readonly keeperOf: (ctx: CallContext, request: FileRequest) => CredentialRef;
  /** Has a batch that was found at its vendor go on. */
  readonly runFoundBatch: (operationId: string, batch: VendorBatch, answer: Uint8Array) => Promise<void>;
}

const noFiles: ReadonlyMap<string, HeldFile> = new Map();

/** Of a request that belongs to a session only the session's own route, as long as the caller may still take it. */
const routesAt = (
  routes: readonly ChosenRoute<CredentialRef>[],
  { at }: RoutedAiRequest,
): readonly ChosenRoute<CredentialRef>[] => {
  if (at === undefined) return routes;
  const { vendor, model, credentialId } = at;
  const own = routes.filter(
    (route) => route.vendor === vendor && route.model === model && route.credential.id === credentialId,
  );
  if (own.length === 0)
    throw new NexusError("CREDENTIAL_MISSING", {
      message: "What this session was opened with may not be used for it any more; open another session.",
    });
  return own;
};

const vendorIn = (place: FilePlace): string => ("provider" in place ? place.provider : place.file.vendor);

/** The AI operations, as the call path asks of them. */
export const createAiFamily = ({
  vendorOf,
  chooseRoutes,
  priceSetOf,
  filesOf,
  keeperOf,
  runFoundBatch,
}: AiFamilyDeps): Family<RoutedAiRequest | FileRequest | BatchRequest> => {
  const fileRoute = (ctx: CallContext, request: FileRequest): FileRoute => {
    const vendorId = vendorIn(request.place);
    const credential = keeperOf(ctx, request);
    const { files, batches, videos } = vendorOf(vendorId) ?? {};
    if (files === undefined && videos === undefined)
      throw new NexusError("CAPABILITY_MISSING", {
        message: `${vendorId} keeps no files here.`,
        details: { vendor: vendorId, missing: "files" },
      });
    return new FileRoute({ vendorId, files, batches, videos, credential });
  };

  const modelRoutes = async (ctx: CallContext, request: RoutedAiRequest): Promise<readonly AiRoute[]> => {
    const { organizationId } = ctx;
    const references = fileReferencesOf(request.size);
    const files = references.length === 0 ? noFiles : await filesOf(ctx, references);
    const chosen = pinRoutes(routesAt(chooseRoutes(ctx, request), request), references, files);
    // Only now is it known that somebody may ask for this: looking into media takes time.
    const size = await measureSize(request.size, organizationId, files);
    return chosen.map((route) => {
      const vendor = vendorOf(route.vendor);
      if (!vendor)
        throw new NexusError("INTERNAL", { cause: new Error(`route to ${route.vendor}, which has no AI operations`) });
      return new AiRoute({
        vendorId: route.vendor,
        vendor,
        model: route.model,
        requestedModel: request.requestedModel,
        credential: route.credential,
        priceSet: route.priceSet,
        size,
        files,
        priceSetOf: (model) => priceSetOf(organizationId, route, model),
      });
    });
  };

  return {
    rateCost: (request) =>
      "place" in request || "batchRoute" in request
        ? 0
        : estimateTokens(request.size.textBytes) + (request.size.maxOutputTokens ?? 0),
    rateUsed: totalTokens,
    routes: async (ctx, request) => {
      if ("batchRoute" in request) return [request.batchRoute];
      return "place" in request ? [fileRoute(ctx, request)] : modelRoutes(ctx, request);
    },
    identityOf: (request) => {
      if ("batchRoute" in request) return { batch: request.fingerprint };
      return "place" in request ? { place: request.place } : { dialect: request.dialect, input: request.input };
    },
    acts: batchActs({ vendorOf, runFound: runFoundBatch }),
  };
};
