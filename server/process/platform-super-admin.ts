import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Env } from "../platform/env.ts";
import { writePrivateFile } from "../platform/private-file.ts";

const fileOf = (dataDir: string): string => join(dataDir, "platform-super-admin");

const idForm = /^usr_[0-9a-f]{32}$/;

/**
 * Outside production, with an Auth of our own and nothing set, the account that the set-up link makes is the one: whoever
 * reads that link at the console could set it as well. In production, and with an Auth elsewhere, the setting alone counts.
 */
const isRecordedHere = ({ NODE_ENV, TOPOLO_AUTH_URL, NEXUS_PLATFORM_SUPER_ADMIN_USER_ID }: Env): boolean =>
  NODE_ENV !== "production" && TOPOLO_AUTH_URL === undefined && NEXUS_PLATFORM_SUPER_ADMIN_USER_ID === undefined;

/** The one account that may change platform-default credentials: the setting's, or the one recorded on the first run. */
export const platformSuperAdminOf = async (env: Env, dataDir: string): Promise<string | undefined> => {
  if (!isRecordedHere(env)) return env.NEXUS_PLATFORM_SUPER_ADMIN_USER_ID;
  const recorded = (await readFile(fileOf(dataDir), "utf8").catch(() => "")).trim();
  return idForm.test(recorded) ? recorded : undefined;
};

/** Writes the account down for this deployment; undefined where only the setting counts. */
export const recorderOfPlatformSuperAdmin = (
  env: Env,
  dataDir: string,
): ((userId: string) => Promise<void>) | undefined =>
  isRecordedHere(env) ? (userId) => writePrivateFile(fileOf(dataDir), `${userId}\n`) : undefined;
