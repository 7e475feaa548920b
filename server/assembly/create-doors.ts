import { createHash, timingSafeEqual } from "node:crypto";
import type { RevocationFeed } from "@topolo/auth-middleware";
import type { CallContext } from "../contracts/call-context.ts";
import type { CredentialDeps } from "../domain/credentials/index.ts";
import type { OpenCircuit } from "../domain/routing/index.ts";
import type { OperationsDeps } from "../domain/operations/index.ts";
import type { PriceDeps } from "../domain/pricing/index.ts";
import { NexusError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { isKnownHost } from "../platform/known-host.ts";
import type { Logger } from "../platform/logger.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Readiness } from "../platform/readiness.ts";
import type { Authenticator } from "../transport/context.ts";
import { withCors } from "../transport/cors.ts";
import { createDispatch, logError, type Dispatch, type OpenDoor, type PlacedDoor } from "../transport/dispatch.ts";
import type { DoorReply, DoorRequest } from "../transport/door-request.ts";
import { restErrorReply } from "../transport/encode-error.ts";
import { liveness, readinessDoor } from "../transport/health.ts";
import { createVideoContentDoor } from "../transport/videos/index.ts";
import { createAnthropicBatchesDoor, createOpenAiBatchesDoor } from "../transport/batches/index.ts";
import {
  createFilesDoor,
  createGoogleFilesDoor,
  filesErrorReply,
  GoogleUploads,
  googleUploadPaths,
} from "../transport/files/index.ts";
import { createGoogleDoor, googleErrorReply, speaksGoogle } from "../transport/google/index.ts";
import { anthropicErrorReply, createAnthropicDoor, speaksAnthropic } from "../transport/anthropic/index.ts";
import { createInteractionsDoor, interactionPaths } from "../transport/interactions/index.ts";
import { BackgroundRuns } from "../transport/kept-answers/index.ts";
import {
  createMcpDoor,
  mcpPath,
  metadataPath,
  protectedResourceDoor,
  type Documentation,
} from "../transport/mcp/index.ts";
import { createModelsDoor, modelsErrorReply } from "../transport/models/index.ts";
import { createOpenAiDoor, openAiErrorReply } from "../transport/openai/index.ts";
import { packageDoors } from "../transport/package-doors.ts";
import { createRealtimeDoor } from "../transport/realtime/index.ts";
import { createConversationsDoor, createResponsesDoor } from "../transport/responses/index.ts";
import { createRestDoor } from "../transport/rest/index.ts";
import type { ProcedureDeps } from "../transport/trpc/procedure-deps.ts";
import { createTrpcDoor, trpcPrefix } from "../transport/trpc/trpc-door.ts";
import type { ModelCatalogue } from "./model-catalogue.ts";
import { reportMeters } from "./report-meters.ts";
import { reportQueue } from "./report-queue.ts";
import { reportUncertain } from "./report-uncertain.ts";

interface CreateDoors {
  readonly gateway: Gateway;
  readonly deps: CredentialDeps & OperationsDeps & PriceDeps;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly authenticator: Authenticator;
  readonly models: ModelCatalogue;
  readonly authUrl: string;
  /** The public origin of this deployment. */
  readonly publicUrl: string;
  readonly documentation: Documentation;
  readonly procedures: ProcedureDeps;
  /** Undefined where no answer of Auth is reused. */
  readonly revocations?: RevocationFeed | undefined;
  readonly readiness: Readiness;
  readonly isDraining: () => boolean;
  readonly metricsToken: string | undefined;
  /** Of a response in the background, in all. */
  readonly backgroundTimeoutMs: number;
  readonly openCircuits: () => readonly OpenCircuit[];
  /** Beside those of this machine. */
  readonly hostNames: readonly string[];
  /** Whether pages of an origin may call: a registered app has it. */
  readonly isAppOrigin: (origin: string) => boolean;
  /** Folder of the archives of our packages; undefined where this host has none. */
  readonly packagesDir: string | undefined;
  /** Beside those of the product. */
  readonly more: readonly PlacedDoor[];
}

const loopback = /^(127\.|::1$|::ffff:127\.)/;

const sameSecret = (left: string, right: string): boolean =>
  timingSafeEqual(createHash("sha256").update(left).digest(), createHash("sha256").update(right).digest());

/** Metrics show spending, so a scraper needs the token or has to be on this machine. */
const mayScrape = (request: DoorRequest, token: string | undefined): boolean => {
  if (token !== undefined) return sameSecret(request.header("authorization") ?? "", `Bearer ${token}`);
  return (
    loopback.test(request.remoteAddress) &&
    request.header("x-forwarded-for") === undefined &&
    request.header("forwarded") === undefined
  );
};

/** Sets all of them: a gauge keeps its last value. */
const tellCircuits = (metrics: Metrics, circuits: readonly OpenCircuit[]): void => {
  metrics.circuitOpen.reset();
  metrics.circuitRetrySeconds.reset();
  for (const { vendor, model = "", credentialId = "", scope, reason, retryAfterMs } of circuits) {
    const labels = { vendor, model, credential: credentialId, scope, reason };
    metrics.circuitOpen.set(labels, 1);
    metrics.circuitRetrySeconds.set(labels, Math.ceil(retryAfterMs / 1000));
  }
};

/** DNS rebinding: without a check of the host name, a foreign page could read what needs no credential. */
const misdirected = (requestId: string): DoorReply => {
  const error = new NexusError("INVALID_INPUT", { message: "Metrics are not available under this host name." });
  return { ...restErrorReply(error, requestId), status: 421 };
};

/** Counted there, shown here. */
const tellAuthFeed = (metrics: Metrics, revocations: RevocationFeed | undefined): void => {
  if (!revocations) return;
  const { ageMs, interruptions, resets, dropped } = revocations.state();
  metrics.authFeedAgeSeconds.set(ageMs / 1_000);
  for (const [counter, count] of [
    [metrics.authFeedInterruptions, interruptions],
    [metrics.authFeedResets, resets],
    [metrics.authFeedDropped, dropped],
  ] as const) {
    counter.reset();
    counter.inc(count);
  }
};

const metricsDoor =
  (
    { metrics, gateway, deps, procedures, metricsToken, openCircuits, hostNames, revocations }: CreateDoors,
    { look }: Readiness,
  ): OpenDoor =>
  async (request) => {
    if (metricsToken === undefined && !isKnownHost(request.header("host"), hostNames))
      return misdirected(request.requestId);
    if (!mayScrape(request, metricsToken))
      throw new NexusError("UNAUTHENTICATED", {
        message: "Metrics are available from this machine, or with NEXUS_METRICS_TOKEN.",
      });
    const streams = [...gateway.liveStreams.values()];
    metrics.liveStreams.set(streams.length);
    metrics.followers.set(procedures.operationTail.followers());
    tellCircuits(metrics, openCircuits());
    tellAuthFeed(metrics, revocations);
    await Promise.all([
      reportUncertain({ metrics, deps }),
      reportQueue({ metrics, deps }),
      reportMeters({ metrics, deps }),
    ]);
    for (const [check, { ok }] of Object.entries((await look()).checks)) metrics.ready.set({ check }, ok ? 1 : 0);
    metrics.drains.set(streams.filter(({ draining }) => draining).length);
    return {
      status: 200,
      headers: { "content-type": metrics.registry.contentType, "cache-control": "no-store" },
      body: await metrics.registry.metrics(),
    };
  };

/** All API surfaces behind one request handler. */
export const createDoors = (options: CreateDoors): Dispatch => {
  const { metrics, log, authenticator, models, isDraining, procedures, readiness, gateway } = options;
  const rest = createRestDoor({ deps: procedures });
  const resource = protectedResourceDoor(options);
  const kept = { gateway, deps: options.deps, metrics };
  const runs = new BackgroundRuns(options.deps);
  const interactionsDoor = createInteractionsDoor(kept, options.backgroundTimeoutMs, runs);
  const googleDoor = createGoogleDoor(gateway, models);
  const filesDoor = createFilesDoor(kept);
  const googleFilesDoor = createGoogleFilesDoor(kept, options.publicUrl);
  const googleUploads = new GoogleUploads(kept, options.publicUrl);
  const modelsDoor = createModelsDoor(models);
  const onError = (error: NexusError, request: DoorRequest, ctx: CallContext): void => {
    metrics.errors.inc({ code: error.code, fault: error.fault, door: ctx.door });
    logError(log, error, request, ctx);
  };
  const dispatch = createDispatch({
    authenticator,
    log,
    metrics,
    authenticated: [
      ...options.more,
      { prefix: trpcPrefix, door: createTrpcDoor({ deps: procedures, onError }) },
      ...rest.prefixes.map((prefix) => ({ prefix, door: rest.door })),
      {
        prefix: "/v1",
        door: { name: "openai", answer: createOpenAiDoor(gateway), encodeError: openAiErrorReply },
      },
      {
        prefix: "/v1/messages",
        door: { name: "anthropic", answer: createAnthropicDoor(gateway), encodeError: anthropicErrorReply },
      },
      {
        prefix: "/v1/responses",
        door: {
          name: "openai",
          answer: createResponsesDoor(kept, options.backgroundTimeoutMs, runs),
          encodeError: openAiErrorReply,
        },
      },
      {
        prefix: "/v1/realtime",
        door: { name: "openai", answer: createRealtimeDoor(gateway), encodeError: openAiErrorReply },
      },
      {
        prefix: "/v1/conversations",
        door: { name: "openai", answer: createConversationsDoor(kept), encodeError: openAiErrorReply },
      },
      {
        prefix: "/v1/batches",
        door: { name: "openai", answer: createOpenAiBatchesDoor(kept), encodeError: openAiErrorReply },
      },
      {
        prefix: "/v1/messages/batches",
        door: {
          name: "anthropic",
          answer: createAnthropicBatchesDoor(kept, options.publicUrl),
          encodeError: anthropicErrorReply,
        },
      },
      {
        prefix: "/v1/videos",
        door: { name: "openai", answer: createVideoContentDoor(kept), encodeError: openAiErrorReply },
      },
      {
        prefix: "/v1/files",
        door: {
          name: "openai",
          nameOf: (request) => {
            if (speaksGoogle(request)) return "google";
            return speaksAnthropic(request) ? "anthropic" : "openai";
          },
          answer: (request, ctx) => (speaksGoogle(request) ? googleFilesDoor : filesDoor)(request, ctx),
          encodeError: (error, requestId, request) =>
            (speaksGoogle(request) ? googleErrorReply : filesErrorReply)(error, requestId, request),
        },
      },
      {
        prefix: "/v1/models",
        door: {
          name: "openai",
          nameOf: (request) => (speaksGoogle(request) ? "google" : "openai"),
          answer: (request, ctx) => (speaksGoogle(request) ? googleDoor : modelsDoor)(request, ctx),
          encodeError: (error, requestId, request) =>
            (speaksGoogle(request) ? googleErrorReply : modelsErrorReply)(error, requestId, request),
        },
      },
      {
        prefix: "/v1beta",
        door: { name: "google", answer: googleDoor, encodeError: googleErrorReply },
      },
      {
        prefix: "/v1beta/files",
        door: {
          name: "google",
          answer: googleFilesDoor,
          encodeError: googleErrorReply,
        },
      },
      ...googleUploadPaths.map((prefix): PlacedDoor => ({
        prefix,
        door: {
          name: "google",
          callerOf: (request) => googleUploads.callerOf(request),
          answer: (request, ctx) => googleUploads.answer(request, ctx),
          encodeError: googleErrorReply,
        },
      })),
      ...interactionPaths.map((prefix) => ({
        prefix,
        door: { name: "google" as const, answer: interactionsDoor, encodeError: googleErrorReply },
      })),
      {
        prefix: mcpPath,
        door: createMcpDoor({
          deps: { procedures, documentation: options.documentation },
          origins: options,
          isAppOrigin: options.isAppOrigin,
          onError,
        }),
      },
    ],
    open: new Map<string, OpenDoor>([
      ["/health", liveness],
      ["/health/ready", readinessDoor(readiness, isDraining)],
      ["/metrics", metricsDoor(options, readiness)],
      ["/api/openapi.json", rest.openApi],
      // Clients look at both places.
      [metadataPath, resource],
      [metadataPath.slice(0, -mcpPath.length), resource],
      ...packageDoors(options.packagesDir),
    ]),
  });
  return withCors(dispatch, options.isAppOrigin);
};
