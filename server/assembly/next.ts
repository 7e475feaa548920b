import { NexusError } from "../errors.ts";
import { readEnv, type Env } from "../platform/env.ts";
import { newId } from "../platform/ids.ts";
import { logRotationOf } from "../platform/log-rotation.ts";
import { createLogger } from "../platform/logger.ts";
import { fromFetch, toFetch } from "../transport/door-request.ts";
import { restErrorReply } from "../transport/encode-error.ts";
import { assemble, type Assembled } from "./assemble.ts";
import type { WorkerConfig } from "./worker-config.ts";

const required = [
  "DATABASE_URL",
  "TOPOLO_AUTH_URL",
  "TOPOLO_AUTH_CLIENT_SECRET",
  "NEXUS_ENCRYPTION_KEYS",
  "NEXUS_TOKEN_PEPPER",
] as const;

/** A host without our own start command has everything in its environment: there is no parent to send it. */
const configOf = (env: Env): WorkerConfig => {
  const missing = required.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`Without \`npm start\` these must be set: ${missing.join(", ")}.`);
  return {
    databaseUrl: env.DATABASE_URL ?? "",
    redisUrl: env.REDIS_URL,
    port: env.PORT,
    host: env.HOST,
    reusePort: false,
    publicUrl: env.NEXUS_PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    authUrl: env.TOPOLO_AUTH_URL ?? "",
    ...(env.TOPOLO_AUTH_INTERNAL_URL === undefined ? {} : { authAddress: env.TOPOLO_AUTH_INTERNAL_URL }),
    authClientSecret: env.TOPOLO_AUTH_CLIENT_SECRET ?? "",
    authCacheMs: env.NEXUS_AUTH_CACHE_MS,
    encryptionKeys: env.NEXUS_ENCRYPTION_KEYS,
    tokenPepper: env.NEXUS_TOKEN_PEPPER ?? "",
    platformSuperAdminUserId: env.NEXUS_PLATFORM_SUPER_ADMIN_USER_ID,
    egressAllow: env.NEXUS_EGRESS_ALLOW,
    callTimeoutMs: env.NEXUS_CALL_TIMEOUT_MS,
    backgroundTimeoutMs: env.NEXUS_BACKGROUND_TIMEOUT_MS,
    drainDelayMs: env.NEXUS_DRAIN_DELAY_MS,
    drainTimeoutMs: env.NEXUS_DRAIN_TIMEOUT_MS,
    uncertainSettleAfterMs: env.NEXUS_UNCERTAIN_SETTLE_AFTER_MS,
    orphanAfterMs: env.NEXUS_ORPHAN_AFTER_MS,
    requireDurability: true,
    dashboardPort: undefined,
    metricsToken: env.NEXUS_METRICS_TOKEN,
    logLevel: env.LOG_LEVEL,
    logFile: env.LOG_FILE,
    logRotation: logRotationOf(env),
    dataDir: undefined,
  };
};

let assembling: Promise<Assembled> | undefined;

const start = async (): Promise<Assembled> => {
  const config = configOf(readEnv(process.env));
  const log = createLogger({
    name: "gateway",
    level: config.logLevel,
    ...(config.logFile === undefined ? {} : { destination: config.logFile, rotation: config.logRotation }),
  });
  return assemble({ config, log });
};

/** The gateway of this process, opened with the first request; a failed start is tried again with the next. */
const gateway = (): Promise<Assembled> => {
  assembling ??= start().catch((error: unknown) => {
    assembling = undefined;
    throw error;
  });
  return assembling;
};

/** Answers an API request in whatever process it arrives: the doors for hosts that know only fetch handlers. */
export const handleFetch = async (request: Request): Promise<Response> => {
  const { dispatch } = await gateway();
  const requestId = newId();
  const answering = dispatch(fromFetch(request, requestId));
  return toFetch(answering === undefined ? restErrorReply(new NexusError("NOT_FOUND"), requestId) : await answering);
};

/** Ends the gateway of this process, if there is one. */
export const closeGateway = async (): Promise<void> => {
  const closing = assembling;
  assembling = undefined;
  await (await closing)?.close();
};
