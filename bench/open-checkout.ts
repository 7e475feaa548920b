import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");

/** The project as it was, or is, elsewhere, with its packages installed. */
interface Checkout {
  readonly name: string;
  readonly folder: string;
  readonly close: () => Promise<void>;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** A folder that is a checkout, as it stands; or a commit, in a folder of its own with the packages of that commit. */
export const openCheckout = async (against: string): Promise<Checkout> => {
  if (await isFolder(join(against, "server")))
    return { name: "other checkout", folder: against, close: async () => undefined };
  const git = async (...args: readonly string[]): Promise<string> =>
    (await run("git", args, { cwd: root, maxBuffer: 1 << 20 })).stdout.trim();
  const commit = await git("rev-parse", "--verify", "--short", "--end-of-options", `${against}^{commit}`).catch(() => {
    throw new Error(`BENCH_AGAINST is neither a checkout nor a commit of this one: ${against}`);
  });
  const folder = await mkdtemp(join(tmpdir(), "nexus-bench-checkout-"));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const archive = join(folder, "checkout.tar");
    await git("archive", "--output", archive, commit);
    await run("tar", ["-xf", archive, "-C", folder]);
    await rm(archive);
    console.log(`  installing the packages of ${commit} …`);
    await run(process.execPath, ["-e", 'import("./scripts/toolchain.mjs").then((all) => all.ensureInstalled())'], {
      cwd: folder,
      maxBuffer: 64 << 20,
    });
    return { name: commit, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
};
