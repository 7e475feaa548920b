import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, parse } from "node:path";
import type { Env } from "./env.ts";

/** When a log file is put aside, and how much of what was put aside is kept. */
export interface LogRotation {
  /** A file of this size is put aside; 0 for never. */
  readonly maxBytes: number;
  /** So is one that was begun on an earlier day, in UTC. */
  readonly daily: boolean;
  readonly keepFiles: number;
  /** Of all files put aside together. */
  readonly keepBytes: number;
}

/** The rotation that the settings ask for. */
export const logRotationOf = ({
  LOG_ROTATE_BYTES,
  LOG_ROTATE_DAILY,
  LOG_KEEP_FILES,
  LOG_KEEP_BYTES,
}: Pick<Env, "LOG_ROTATE_BYTES" | "LOG_ROTATE_DAILY" | "LOG_KEEP_FILES" | "LOG_KEEP_BYTES">): LogRotation => ({
  maxBytes: LOG_ROTATE_BYTES,
  daily: LOG_ROTATE_DAILY ?? true,
  keepFiles: LOG_KEEP_FILES,
  keepBytes: LOG_KEEP_BYTES,
});

/** The day of a moment, in UTC. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Whether a file of this size, last written on that day, is to be put aside. */
export const isDue = ({ maxBytes, daily }: LogRotation, size: number, day: string, now: number): boolean =>
  size > 0 && ((maxBytes > 0 && size >= maxBytes) || (daily && day !== dayOf(now)));

let latest = 0;

/** Where a file is put aside: `nexus.20261128T201738123Z-4711.log`. No two are ever the same, and later ones sort later. */
export const asideOf = (file: string, now: number): string => {
  latest = Math.max(now, latest + 1);
  const { dir, name, ext } = parse(file);
  return join(dir, `${name}.${new Date(latest).toISOString().replaceAll(/[-:.]/g, "")}-${process.pid}${ext}`);
};

/** The files that were put aside, oldest first. */
export const putAside = async (file: string): Promise<readonly string[]> => {
  const { name, ext } = parse(basename(file));
  const isOne = (entry: string): boolean =>
    entry.startsWith(`${name}.`) &&
    entry.endsWith(ext) &&
    /^\d{8}T\d{9}Z-\d+$/.test(entry.slice(name.length + 1, entry.length - ext.length));
  const entries = await readdir(dirname(file));
  return entries
    .filter(isOne)
    .sort()
    .map((entry) => join(dirname(file), entry));
};

/** Removes the oldest files beyond what is kept. */
export const prunePutAside = async (
  file: string,
  { keepFiles, keepBytes }: Pick<LogRotation, "keepFiles" | "keepBytes">,
): Promise<void> => {
  let [files, bytes] = [0, 0];
  for (const path of (await putAside(file)).toReversed()) {
    // Another process may have removed it already.
    const size = (await stat(path).catch(() => undefined))?.size ?? 0;
    files += 1;
    bytes += size;
    if (files > keepFiles || bytes > keepBytes) await rm(path, { force: true });
  }
};
