import type { Env } from "../platform/env.ts";

const everyAddress: ReadonlySet<string> = new Set(["0.0.0.0", "::", "[::]"]);

/** A port of this deployment, as a process of it reaches it. */
export const ownAddress = ({ HOST }: Pick<Env, "HOST">, port: number): string =>
  `http://${everyAddress.has(HOST) ? "localhost" : HOST}:${port}`;

/** Where gateways of this deployment reach Topolo Auth, which need not be where browsers do. */
export const authAddressOf = (
  env: Pick<Env, "HOST" | "AUTH_PORT" | "TOPOLO_AUTH_URL" | "TOPOLO_AUTH_INTERNAL_URL">,
): string => env.TOPOLO_AUTH_INTERNAL_URL ?? env.TOPOLO_AUTH_URL ?? ownAddress(env, env.AUTH_PORT);
