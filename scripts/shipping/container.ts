import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

// A container without a daemon: name spaces of mounts and processes, a root that nobody may write to and in which there is
// little more than the build, and a user of no privilege, whose process is the first.

interface Place {
  /** Where the build is seen. */
  readonly at: string;
  readonly tree: string;
  /** Folders that may be written to; each is a file system of its own, in memory. */
  readonly writable: readonly string[];
  /** Files beside it, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  readonly user: number;
}

/** A root file system that was laid out, and not mounted yet. */
export interface ContainerRoot {
  /** Starts a command in it; `pid` of what it resolves with is that of the first process, as this machine counts. */
  readonly start: (
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => Promise<{ readonly child: ChildProcess; readonly pid: number }>;
  readonly remove: () => void;
}

/** Whether this machine lets us make one. */
export const canContain = (): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    execFileSync("unshare", ["--mount", "--pid", "--fork", "--mount-proc", "true"], { stdio: "ignore" });
    execFileSync("setpriv", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** What a program is linked with: what an image that has the C library alone brings. */
const librariesOf = (program: string): readonly string[] =>
  [...execFileSync("ldd", [program], { encoding: "utf8" }).matchAll(/(\/\S+\.so\S*)/g)].map(([, path = ""]) => path);

const put = (root: string, path: string, from: string): void => {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  if (!existsSync(target)) copyFileSync(realpathSync(from), target);
};

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const firstChildOf = async (pid: number): Promise<number> => {
  for (let left = 200; left > 0; left -= 1) {
    const [found] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    if (found) return Number(found);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("nothing was started");
};

export const layOutRoot = ({ at, tree, writable, files, user }: Place): ContainerRoot => {
  const root = mkdtempSync(join(tmpdir(), "nexus-root-"));
  chmodSync(root, 0o755);
  const native = execFileSync("find", [tree, "-name", "*.node"], { encoding: "utf8" }).trim().split("\n");
  for (const program of [join(tree, "bin", "node"), ...native])
    for (const library of librariesOf(program)) put(root, library, library);
  // What a C library asks for at run time.
  for (const library of ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"]) {
    const path = `/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/${library}`;
    if (existsSync(path)) put(root, path, path);
  }
  for (const path of ["/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/ssl/certs/ca-certificates.crt"])
    if (existsSync(path)) put(root, path, path);
  for (const folder of [at, "/proc", "/dev", ...writable]) mkdirSync(join(root, folder), { recursive: true });
  for (const device of ["null", "zero", "random", "urandom"]) writeFileSync(join(root, "dev", device), "");
  for (const [path, text] of Object.entries({
    "/etc/passwd": `root:x:0:0::/root:/sbin/nologin\nnexus:x:${user}:${user}::/nonexistent:/sbin/nologin\n`,
    ...files,
  })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const setUp = [
    "set -e",
    // Ours until it is done; then what the command is to have.
    "own=$PATH; PATH=/usr/sbin:/usr/bin:/sbin:/bin",
    `root=${quoted(root)}`,
    'mount --bind "$root" "$root"',
    `mount --bind ${quoted(tree)} "$root${at}"`,
    `mount -o remount,bind,ro "$root${at}"`,
    ...writable.map((folder) => `mount -t tmpfs -o mode=0700,uid=${user},gid=${user} none "$root${folder}"`),
    'mount -t proc none "$root/proc"',
    'for device in null zero random urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done',
    'mount -o remount,bind,ro "$root"',
    // The programs of this machine are out of reach from here on.
    `exec env PATH="$own" /usr/bin/setpriv --no-new-privs --inh-caps=-all /usr/sbin/chroot --userspec=${user}:${user} --groups=${user} "$root" "$@"`,
  ].join("\n");
  return {
    start: async (command, env) => {
      const child = spawn(
        "/usr/bin/unshare",
        ["--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", setUp, "sh", ...command],
        { env: { NODE_ENV: "production", ...env }, stdio: ["ignore", "pipe", "pipe"] },
      );
      return { child, pid: await firstChildOf(child.pid ?? 0) };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};
