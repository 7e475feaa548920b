import type { Env } from "../platform/env.ts";

/** Whether sandbox vendors stand in for real ones: on unless switched off, never in production. */
export const sandboxIsOn = ({ NEXUS_SANDBOX, NODE_ENV }: Env): boolean => NEXUS_SANDBOX ?? NODE_ENV !== "production";
