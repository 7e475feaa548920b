import type { LogRotation } from "../platform/log-rotation.ts";

/** What a gateway process is started with; sent over the parent's channel, never through the environment. */
export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  readonly port: number;
  /** Health checks have this port to themselves, beside the public one. */
  readonly healthPort?: number | undefined;
  readonly host: string;
  readonly reusePort: boolean;
  /** Public origin of this deployment. */
  readonly publicUrl: string;
  /** Public origin of Topolo Auth. */
  readonly authUrl: string;
  /** Where it is asked, when that is another address. */
  readonly authAddress?: string;
  readonly authClientSecret: string;
  readonly authCacheMs: number;
  readonly encryptionKeys: string | undefined;
  readonly tokenPepper: string;
  readonly platformSuperAdminUserId: string | undefined;
  readonly egressAllow: readonly string[];
  /** `host:port` of the sandbox's servers, where it runs. */
  readonly sandboxHosts?: readonly string[];
  readonly callTimeoutMs: number;
  readonly backgroundTimeoutMs: number;
  /** Between not being ready any more and taking no new call. */
  readonly drainDelayMs?: number;
  readonly drainTimeoutMs: number;
  readonly uncertainSettleAfterMs: number;
  readonly orphanAfterMs: number;
  /** Months of the ledger that are kept; undefined or 0: all. */
  readonly ledgerMonths?: number;
  readonly requireDurability: boolean;
  /** Loopback port of the dashboard's process; undefined without one. */
  readonly dashboardPort: number | undefined;
  /** It is the development server, which notifies its pages of changes over a WebSocket. */
  readonly dashboardReloads?: boolean;
  /** The public address is an https one. */
  readonly secure?: boolean;
  /** Host names of this gateway, beside those of this machine. */
  readonly hostNames?: readonly string[];
  readonly metricsToken: string | undefined;
  readonly logLevel: string;
  readonly logFile: string | undefined;
  readonly logRotation?: LogRotation | undefined;
  /** Folder whose disk readiness checks for space. */
  readonly dataDir: string | undefined;
  /** Origins that the operator lets in at Auth, beside those that apps have registered. */
  readonly allowedOrigins?: readonly string[];
  /** Folder of the archives of our packages, which may still be made. */
  readonly packagesDir?: string | undefined;
}
