import {
  createAuthMiddleware,
  followRevocations,
  type AuthTransport,
  type RevocationFeed,
} from "@topolo/auth-middleware";
import { createDirectory } from "../server/assembly/create-directory.ts";
import { createAuthenticator, type ProofOutcome } from "../server/assembly/create-authenticator.ts";
import { syncApps } from "../server/domain/apps/index.ts";
import type { Directory } from "../server/domain/existence/index.ts";
import { sendRaw, type RawAnswer } from "./send-raw.ts";
import { openTestGateway, type TestGateway } from "./gateway.ts";
import { openDoors } from "./open-doors.ts";
import { createTokenAsOperator } from "./create-token-as-operator.ts";

/** Who is attributed what, by the ledger. */
export interface AttributionRow {
  readonly organizationId: string;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly keyId: string | null;
}

interface OpenConsumingGateway {
  /** A port on which nothing listens, where its clients hold it to its public address. */
  readonly port?: number;
  readonly authUrl: string;
  readonly clientSecret: string;
  readonly transport?: AuthTransport;
  readonly platformSuperAdminUserId?: string;
  /** Reuse of validations, where a path admits it. */
  readonly cacheMs?: number;
  readonly timeoutMs?: number;
  /** Whether it follows Auth's feed, as the product does. */
  readonly followed?: boolean;
  readonly knowsSandbox?: boolean;
  /** Whether Auth is asked for its apps at the start, as by the product; otherwise none is known. */
  readonly knowsApps?: boolean;
  readonly onProof?: (outcome: ProofOutcome) => void;
}

type Headers = Readonly<Record<string, string>>;

/** All doors on one public port, asking an Auth of the test's choice through the packages that every service uses. */
export interface ConsumingGateway extends TestGateway {
  readonly port: number;
  /** What exists at that Auth. */
  readonly directory: Directory;
  readonly revocations: RevocationFeed | undefined;
  /** A small chat completion. */
  readonly chat: (headers: Headers) => Promise<RawAnswer>;
  readonly ask: (method: string, path: string, headers: Headers, body?: unknown) => Promise<RawAnswer>;
  /** Rows of the ledger, oldest first. */
  readonly attributed: () => Promise<readonly AttributionRow[]>;
  readonly createServiceToken: (grant: {
    readonly organizations?: "all" | string[];
    readonly apps?: "all" | string[];
  }) => Promise<string>;
}

export const openConsumingGateway = async ({
  port,
  authUrl,
  clientSecret,
  transport,
  platformSuperAdminUserId,
  cacheMs = 0,
  timeoutMs,
  followed = false,
  knowsSandbox = false,
  knowsApps = true,
  onProof,
}: OpenConsumingGateway): Promise<ConsumingGateway> => {
  const test = await openTestGateway({ knowsSandbox });
  const { runtime } = test;
  const options = {
    authUrl,
    serviceId: "srv_nexus",
    clientSecret,
    ...(transport === undefined ? {} : { transport }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
  const revocations = followed ? followRevocations(options) : undefined;
  const auth = createAuthMiddleware({ ...options, cacheMs, ...(revocations ? { revocations } : {}) });
  const deps = { ...test.deps, platformSuperAdminUserId, directory: createDirectory({ auth }) };
  const { pepper, clock } = deps;
  const listener = await openDoors(
    { ...test, deps },
    {
      authenticator: createAuthenticator({
        auth,
        freshAuth: createAuthMiddleware(options),
        runtime,
        pepper,
        clock,
        revocations,
        publicUrl: port === undefined ? "http://localhost:3000" : `http://localhost:${port}`,
        onProof,
      }),
      ...(port === undefined ? {} : { port }),
      authUrl,
      revocations,
    },
  );
  const known = knowsApps ? await auth.services() : [];
  await syncApps(
    deps,
    known.map(({ id, name, surface_kind: kind, origins = [] }) => ({ id, name, kind, origins: [...origins] })),
  );
  await runtime.apps.refresh();
  const send: ConsumingGateway["ask"] = (method, path, headers, body) =>
    sendRaw(listener.port, {
      method,
      path,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  return {
    ...test,
    directory: deps.directory,
    revocations,
    port: listener.port,
    ask: send,
    chat: (headers) =>
      send("POST", "/v1/chat/completions", headers, {
        model: "openai/gpt-4o-mini",
        messages: [{ role: "user", content: "Hello" }],
        max_completion_tokens: 20,
      }),
    attributed: async () =>
      (
        await deps.db.pool.query<AttributionRow>(
          `select org_id "organizationId", app_id "appId", user_id "userId", key_id "keyId" from nexus.operation order by operation_id`,
        )
      ).rows,
    createServiceToken: async ({ organizations = "all", apps = "all" }) => {
      const { token } = await createTokenAsOperator(deps, {
        label: "Shared",
        organizations,
        apps,
        permissions: ["srv_nexus.ai:invoke", "srv_nexus.credentials:manage", "srv_nexus.usage:read"],
      });
      await runtime.serviceTokens.refresh();
      return token;
    },
    close: async () => {
      revocations?.close();
      await listener.drain(500);
      await test.close();
    },
  };
};
