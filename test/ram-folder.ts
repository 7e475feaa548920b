import { access, constants, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";

const shared = "/dev/shm";
const enoughBytes = 4 * 1024 ** 3;

/**
 * Where a run keeps its databases and other temporary files: in memory if there is plenty, so that a server which is as
 * durable as in production waits for no disk.
 */
export const ramFolder = async (): Promise<string> => {
  try {
    await access(shared, constants.W_OK);
    const { bavail, bsize } = await statfs(shared);
    return bavail * bsize >= enoughBytes ? shared : tmpdir();
  } catch {
    return tmpdir();
  }
};
