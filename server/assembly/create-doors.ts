import type { CallContext } from "../contracts/call-context.ts";
import type { ModelInfo } from "../contracts/ai.ts";
import type { CredentialGround } from "../domain/credentials/index.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Egress } from "../platform/egress/index.ts";
import type { Logger } from "../platform/logger.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Authenticator } from "../transport/context.ts";
import { createDispatch, type Dispatch, type OpenDoor } from "../transport/dispatch.ts";
import { liveness, readiness, type ReadinessCheck } from "../transport/health.ts";
import { anthropicErrorReply, createAnthropicDoor } from "../transport/anthropic/index.ts";
import { createOpenAiDoor, openAiErrorReply } from "../transport/openai/index.ts";
import { createRestDoor } from "../transport/rest/index.ts";
import { createTrpcDoor, trpcPrefix } from "../transport/trpc/trpc-door.ts";

interface CreateDoors {
  readonly gateway: Gateway;
  readonly ground: CredentialGround;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly authenticator: Authenticator;
  readonly listModels: (ctx: CallContext, filter?: { readonly vendor?: string | undefined }) => readonly ModelInfo[];
  readonly authUrl: string;
  readonly egress: Egress;
  readonly isDraining: () => boolean;
}

const maxLagMs = 2_000;

const readinessChecks = ({ gateway, ground, authUrl, egress }: CreateDoors): readonly ReadinessCheck[] => [
  {
    name: "database",
    check: async () => {
      await ground.db.pool.query("select 1");
      return "answers";
    },
  },
  {
    name: "migrations",
    check: async () => {
      const { rows } = await ground.db.pool.query<{ count: string }>(
        "select count(*)::text from nexus._prisma_migrations where finished_at is null and rolled_back_at is null",
      );
      if (rows[0]?.count !== "0") throw new Error("a migration has not finished");
      return "applied";
    },
  },
  {
    name: "auth",
    check: async () => {
      const { status } = await egress.json({ url: `${authUrl}/health`, method: "GET", headers: {}, timeoutMs: 1_500, maxBytes: 64 * 1024 });
      if (status !== 200) throw new Error("not healthy");
      return "answers";
    },
  },
  {
    name: "ledger",
    check: async () => {
      const { connected, oldestMs, reserving, settling } = gateway.ledger.lag();
      if (!connected || oldestMs > maxLagMs) throw new Error("behind");
      return `${reserving} reserving, ${settling} settling, ${gateway.liveStreams.size} streams`;
    },
  },
];

const metricsDoor =
  ({ metrics, gateway }: CreateDoors): OpenDoor =>
  async () => {
    const streams = [...gateway.liveStreams.values()];
    metrics.liveStreams.set(streams.length);
    metrics.drains.set(streams.filter(({ draining }) => draining).length);
    return { status: 200, headers: { "content-type": metrics.registry.contentType }, body: await metrics.registry.metrics() };
  };

/** All doors behind one entry. */
export const createDoors = (options: CreateDoors): Dispatch => {
  const { gateway, ground, metrics, log, authenticator, listModels, isDraining } = options;
  const rooms = { gateway, ground, listModels };
  const rest = createRestDoor({ rooms });
  return createDispatch({
    authenticator,
    log,
    metrics,
    authenticated: [
      { prefix: trpcPrefix, door: createTrpcDoor({ rooms, onError: (error) => metrics.errors.inc({ code: error.code, fault: error.fault, door: "trpc" }) }) },
      ...rest.prefixes.map((prefix) => ({ prefix, door: rest.door })),
      { prefix: "/v1", door: { name: "openai", answer: createOpenAiDoor(gateway, listModels), encodeError: openAiErrorReply } },
      { prefix: "/v1/messages", door: { name: "anthropic", answer: createAnthropicDoor(gateway), encodeError: anthropicErrorReply } },
    ],
    open: new Map<string, OpenDoor>([
      ["/health", liveness],
      ["/health/ready", readiness(readinessChecks(options), isDraining)],
      ["/metrics", metricsDoor(options)],
      ["/api/openapi.json", rest.openApi],
    ]),
  });
};
