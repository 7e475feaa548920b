import {
  close,
  closeSync,
  fstat,
  fstatSync,
  ftruncateSync,
  open,
  openSync,
  readSync,
  rename,
  stat,
  statSync,
  writeSync,
  type Stats,
} from "node:fs";
import { promisify } from "node:util";
import { asideOf, dayOf, isDue, prunePutAside, type LogRotation } from "./log-rotation.ts";

/** Where lines of a log end up. */
export interface LogTarget {
  /**
   * The descriptor to write whole lines to, after checking whether the file was replaced, and rotating it where that is due.
   * Rejects while there is none.
   */
  readonly ready: () => Promise<number>;
  /** The same at once, without looking; of a file that is being put aside, the one that takes its place. */
  readonly readySync: () => number;
  /** Tells what was written. */
  readonly wrote: (bytes: number) => void;
  /**
   * Takes the beginning of a line, written last, out of the file again, so that no other line is joined to it. `left` where
   * something has come after it; `stream` where nothing that was written can be taken back.
   */
  readonly takeBack: (fragment: Buffer) => "taken" | "left" | "stream";
}

const statOf = promisify(stat);
const fstatOf = promisify(fstat);
const openAt = promisify(open);
const closeFd = promisify(close);
const renameTo = promisify(rename);

/** Nobody but the owner reads a log file. */
const mode = 0o600;
/** How often at most a file is compared with what is at its path. */
const lookEveryMs = 250;
/** After a rotation that was refused. */
const rotateAgainMs = 60_000;
/** A thread that is renaming the file, when the process ends. */
const leaveWaitMs = 5;
const leaveWaits = 20;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

let failedRotations = 0;

/** Rotations of this process that the system refused, since it began. */
export const failedLogRotations = (): number => failedRotations;

const isSame = (a: Stats | undefined, b: Stats): boolean => a !== undefined && a.ino === b.ino && a.dev === b.dev;

/** A descriptor opened elsewhere. */
export const descriptorTarget = (fd: number): LogTarget => ({
  ready: () => Promise.resolve(fd),
  readySync: () => fd,
  wrote: () => undefined,
  takeBack: () => "stream",
});

const endOf = (path: string, size: number, length: number): Buffer => {
  const fd = openSync(path, "r");
  try {
    const end = Buffer.alloc(length);
    readSync(fd, end, 0, length, size - length);
    return end;
  } finally {
    closeSync(fd);
  }
};

/** Nobody is writing to a file that has been still for so long. */
const stillMs = 250;
const stillWaitMs = 5;

/**
 * The line of a process that was killed while it wrote must not swallow the next one. Where somebody may still be writing it, that
 * is waited for: a line that ends itself needs no end from here.
 */
const endLine = (path: string, fd: number): void => {
  try {
    for (let waited = 0; ; waited += stillWaitMs) {
      const { size, mtimeMs } = fstatSync(fd);
      if (size === 0 || endOf(path, size, 1).toString() === "\n") return;
      if (waited >= stillMs || Date.now() - mtimeMs >= stillMs) break;
      Atomics.wait(sleeper, 0, 0, stillWaitMs);
    }
    writeSync(fd, "\n");
  } catch {
    // It may not be read, or the disk is full: lines are written all the same.
  }
};

/**
 * A file by its path. Several processes may write to one: each appends whole lines, the one that finds rotation due renames it, and
 * all go on in the new one, also where somebody else has moved, removed or cut the old one.
 */
export const fileTarget = (
  path: string,
  rotation: LogRotation | undefined,
  clock: () => number = Date.now,
): LogTarget => {
  let fd: number | undefined;
  let isFile = false;
  let size = 0;
  let day = "";
  let lookedAt = -Infinity;
  let rotateAfter = -Infinity;
  /** It is being renamed, or was, and the new one is not open yet. */
  let isLeaving = false;

  const use = (opened: number, found: Stats): number => {
    fd = opened;
    isFile = found.isFile();
    size = found.size;
    day = dayOf(size > 0 ? found.mtimeMs : clock());
    lookedAt = performance.now();
    return opened;
  };

  const begin = (): number => {
    const opened = openSync(path, "a", mode);
    const found = fstatSync(opened);
    if (found.isFile()) endLine(path, opened);
    return use(opened, found);
  };

  const beginAnew = async (previous: number): Promise<number> => {
    const opened = await openAt(path, "a", mode);
    use(opened, await fstatOf(opened));
    await closeFd(previous).catch(() => undefined);
    return opened;
  };

  const prune = async (keep: Pick<LogRotation, "keepFiles" | "keepBytes">): Promise<void> => {
    await prunePutAside(path, keep).catch(() => {
      failedRotations += 1;
    });
  };

  const rotate = async (current: number, keep: LogRotation): Promise<number> => {
    const ours = await fstatOf(current);
    // Another process may have been faster.
    if (isSame(await statOf(path).catch(() => undefined), ours)) {
      // Room first, so that what is kept is within its bounds at any time.
      await prune({ keepFiles: keep.keepFiles - 1, keepBytes: keep.keepBytes - ours.size });
      isLeaving = true;
      try {
        await renameTo(path, asideOf(path, clock()));
      } catch {
        isLeaving = false;
        failedRotations += 1;
        rotateAfter = performance.now() + rotateAgainMs;
        return current;
      }
    }
    try {
      return await beginAnew(current);
    } catch {
      // The one put aside takes lines until a new one can be made.
      failedRotations += 1;
      return current;
    } finally {
      isLeaving = false;
      await prune(keep);
    }
  };

  /** What is put aside has been counted, and grows no more; its rename goes on in its thread while this one waits. */
  const beginInstead = (current: number): number => {
    const isThere = (): boolean => isSame(statSync(path, { throwIfNoEntry: false }), fstatSync(current));
    try {
      for (let waits = leaveWaits; waits > 0 && isThere(); waits -= 1) Atomics.wait(sleeper, 0, 0, leaveWaitMs);
      isLeaving = false;
      return begin();
    } catch {
      return current;
    }
  };

  const look = async (current: number): Promise<number> => {
    lookedAt = performance.now();
    const [there, ours] = await Promise.all([statOf(path).catch(() => undefined), fstatOf(current)]);
    size = ours.size;
    return isSame(there, ours) ? current : beginAnew(current).catch(() => current);
  };

  return {
    ready: async () => {
      if (fd === undefined) {
        const first = begin();
        if (rotation && isFile) await prune(rotation);
        return first;
      }
      if (!isFile) return fd;
      const current = performance.now() - lookedAt > lookEveryMs ? await look(fd) : fd;
      const isNow = rotation && performance.now() >= rotateAfter && isDue(rotation, size, day, clock());
      return isNow ? rotate(current, rotation) : current;
    },
    readySync: () => {
      if (fd === undefined) return begin();
      return isLeaving ? beginInstead(fd) : fd;
    },
    wrote: (bytes) => {
      if (size === 0) day = dayOf(clock());
      size += bytes;
    },
    takeBack: (fragment) => {
      if (fd === undefined || !isFile) return "stream";
      try {
        const { size: end } = fstatSync(fd);
        if (!endOf(path, end, fragment.length).equals(fragment)) return "left";
        ftruncateSync(fd, end - fragment.length);
        size = end - fragment.length;
        return "taken";
      } catch {
        return "left";
      }
    },
  };
};
