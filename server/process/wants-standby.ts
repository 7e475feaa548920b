import type { Env } from "../platform/env.ts";

/** Five times what a standby process takes. */
const enoughBytes = 1024 ** 3;

/** Beside other gateway processes, which answer meanwhile, one that starts from the beginning is soon enough. */
export const wantsStandby = (
  { NEXUS_STANDBY: wanted, NEXUS_WORKERS: workers }: Pick<Env, "NEXUS_STANDBY" | "NEXUS_WORKERS">,
  freeBytes = process.availableMemory(),
): boolean => wanted ?? (workers === 1 && freeBytes >= enoughBytes);
