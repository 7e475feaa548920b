import { execFile } from "node:child_process";
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A file system of a few megabytes in memory, so that a test can fill it. */
export interface SmallDisk {
  readonly folder: string;
  /** Another size, while it is in use. */
  readonly resize: (kibibytes: number) => Promise<void>;
  readonly unmount: () => Promise<void>;
}

const run = promisify(execFile);

/** Mounting one takes root; a test that cannot have it says so in its name and has another that always runs beside it. */
export const mayMountDisks = process.getuid?.() === 0 && process.platform === "linux";

/** Mounts one on a new folder. */
export const mountSmallDisk = async (folder: string, kibibytes: number): Promise<SmallDisk> => {
  await mkdir(folder, { recursive: true });
  await run("/bin/mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k,mode=755`, "tmpfs", folder]);
  return {
    folder,
    resize: async (size) => {
      await run("/bin/mount", ["-o", `remount,size=${size}k`, folder]);
    },
    // At once for whoever looks, and for good when the last file in it is closed.
    unmount: async () => {
      await run("/bin/umount", ["-l", folder]);
    },
  };
};

/** Unmounts what a run that was killed has left mounted below a folder. */
export const unmountBelow = async (folder: string): Promise<void> => {
  const mounts = await readFile("/proc/mounts", "utf8").catch(() => "");
  const places = mounts.split("\n").map((line) => line.split(" ")[1] ?? "");
  for (const place of places.filter((path) => path.startsWith(`${folder}/`)).toReversed())
    await run("/bin/umount", ["-l", place]);
};

const mebibyte = 1024 * 1024;

/** Takes all space of a disk; returns how to give it back. */
export const fillDisk = async ({ folder }: SmallDisk): Promise<() => Promise<void>> => {
  const path = join(folder, "ballast");
  const file = await open(path, "w");
  try {
    for (let size = mebibyte; size >= 1; size = Math.floor(size / 16)) {
      const block = Buffer.alloc(size);
      try {
        for (;;) await file.write(block);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
      }
    }
  } finally {
    await file.close();
  }
  return () => rm(path);
};
