import { cp, open, rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { mayMountDisks, mountSmallDisk } from "../../test/small-disk.ts";

/** A file system of its own, in memory, that can be filled to the last byte and emptied again. */
export interface FillableDisk {
  readonly folder: string;
  /** Leaves no byte free. */
  readonly fill: () => Promise<void>;
  readonly freeBytes: () => Promise<number>;
  /** Gives the space back. */
  readonly empty: () => Promise<void>;
  /** Ends it; what was on it stays in its place, if it is to be kept. */
  readonly unmount: (keep: boolean) => Promise<void>;
}

/** Mounts one; undefined where this machine does not let us. */
export const mountFillableDisk = async (folder: string, mebibytes: number): Promise<FillableDisk | undefined> => {
  if (!mayMountDisks) return undefined;
  const disk = await mountSmallDisk(folder, mebibytes * 1_024).catch(() => undefined);
  if (!disk) return undefined;
  const ballast = join(folder, "ballast");
  return {
    folder,
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(folder);
      return bavail * bsize;
    },
    fill: async () => {
      const file = await open(ballast, "a");
      try {
        for (let size = 4 * 1_048_576; size >= 1;) {
          try {
            await file.write(Buffer.alloc(size));
          } catch {
            size = Math.floor(size / 8);
          }
        }
      } finally {
        await file.close();
      }
    },
    empty: () => rm(ballast, { force: true }),
    unmount: async (keep) => {
      const aside = `${folder}.kept`;
      if (keep) await cp(folder, aside, { recursive: true });
      await disk.unmount();
      if (!keep) return;
      await rm(folder, { recursive: true });
      await rename(aside, folder);
    },
  };
};
