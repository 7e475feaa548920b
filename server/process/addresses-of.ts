import type { Env } from "../platform/env.ts";
import { sandboxIsOn } from "./sandbox-is-on.ts";
import { authAddressOf } from "./own-address.ts";
import type { RunningAddresses } from "./data-folder.ts";

/** Where the parts answer under this configuration. */
export const addressesOf = (env: Env): RunningAddresses => ({
  gateway: `http://localhost:${env.PORT}`,
  ...(env.NEXUS_PUBLIC_URL === undefined ? {} : { gatewayPublic: env.NEXUS_PUBLIC_URL }),
  auth: env.TOPOLO_AUTH_URL ?? env.AUTH_PUBLIC_URL ?? `http://localhost:${env.AUTH_PORT}`,
  authInternal: authAddressOf(env),
  ...(sandboxIsOn(env) ? { sandbox: `http://127.0.0.1:${env.SANDBOX_PORT}` } : {}),
});
