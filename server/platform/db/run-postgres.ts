import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, open, readdir, rename, rm, writeFile, type FileHandle } from "node:fs/promises";
import { once } from "node:events";
import { systemEnvironment } from "../system-environment.ts";
import { postgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";
import { postgresUser, type SystemUser } from "./postgres-user.ts";

/** A PostgreSQL cluster, and how to run it. */
export interface PostgresCluster {
  readonly dir: string;
  readonly binaries: PostgresBinaries;
  /** Another user than ourselves. */
  readonly user: SystemUser | undefined;
  readonly onOutput: (text: string) => void;
}

/** Finds out which user runs the cluster, and with which programs. */
export const openPostgresCluster = async (
  dir: string,
  onOutput: PostgresCluster["onOutput"],
): Promise<PostgresCluster> => {
  const user = await postgresUser(dir);
  return { dir, user, binaries: await postgresBinaries(user), onOutput };
};

/** PostgreSQL ended before it accepted connections; its last output is in the message. */
export class PostgresFailed extends Error {
  /** The end of what it wrote. */
  readonly output: string;

  constructor(what: string, output: string) {
    const lines = output.split("\n").filter((line) => line.trim() !== "");
    const why = lines.findLast((line) => /FATAL|PANIC|error/i.test(line));
    super([what, why ?? lines.at(-1)].filter(Boolean).join(": "));
    this.name = "PostgresFailed";
    this.output = output;
  }
}

const firstInherited = 3;
const descriptors = "/proc/self/fd";

interface Running {
  readonly child: ChildProcess;
  /** The last of what it wrote. */
  readonly output: () => string;
  /** Rejects where it cannot be run at all. */
  readonly exited: Promise<string>;
}

/**
 * Runs a program on some of our files. Another user gets each as an inherited descriptor, and so need not be able to enter
 * the folders above it.
 */
const runProgram = async (
  { user, onOutput }: PostgresCluster,
  program: string,
  paths: readonly string[],
  args: (pathOf: readonly string[]) => readonly string[],
): Promise<Running> => {
  const byDescriptor = user !== undefined && existsSync(descriptors);
  const opened: FileHandle[] = byDescriptor ? await Promise.all(paths.map((path) => open(path, "r"))) : [];
  const names = byDescriptor ? paths.map((_, index) => `${descriptors}/${firstInherited + index}`) : paths;
  let output = "";
  try {
    const child = spawn(program, args(names), {
      ...user,
      cwd: "/",
      env: systemEnvironment,
      stdio: ["ignore", "pipe", "pipe", ...opened.map(({ fd }) => fd)],
    });
    const keep = (chunk: Buffer): void => {
      output = `${output}${chunk.toString("utf8")}`.slice(-4_000);
      onOutput(chunk.toString("utf8").trim());
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const exited = once(child, "close").then(([code, signal]: unknown[]) =>
      typeof code === "number" ? `code ${code}` : String(signal),
    );
    exited.catch(() => undefined);
    return { child, output: () => output, exited };
  } finally {
    await Promise.all(opened.map((handle) => handle.close()));
  }
};

/** Makes the cluster, whole or not at all. */
export const initCluster = async (cluster: PostgresCluster, superuser: string, password: string): Promise<void> => {
  const { dir, binaries, user } = cluster;
  const present = await readdir(dir).catch(() => []);
  if (present.length > 0) throw new Error(`${dir} contains something other than our database: move it away`);
  const draft = `${dir}.new`;
  const passwordFile = `${dir}.password`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user) for (const path of [draft, passwordFile]) await chown(path, user.uid, user.gid);
    const { exited, output } = await runProgram(cluster, binaries.initdb, [draft, passwordFile], ([data, secret]) => [
      `--pgdata=${data}`,
      `--pwfile=${secret}`,
      "--auth=scram-sha-256",
      `--username=${superuser}`,
      "--encoding=UTF8",
      "--locale=C",
    ]);
    const end = await exited;
    if (end !== "code 0") throw new PostgresFailed(`initdb ended with ${end}`, output());
    await rename(draft, dir);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
};

const always = {
  listen_addresses: "127.0.0.1",
  // Clients connect by TCP, so no writable socket folder is needed.
  unix_socket_directories: "",
  lc_messages: "C",
};

const accepting = "database system is ready to accept connections";

/** Starts the server; resolves when it accepts connections, rejects at once if it ends before. */
export const startPostmaster = async (
  cluster: PostgresCluster,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<void> => {
  const options = Object.entries({ ...always, ...settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { child, exited, output } = await runProgram(cluster, cluster.binaries.postgres, [cluster.dir], ([data]) => [
    "-D",
    `${data}`,
    "-p",
    String(port),
    ...options,
  ]);
  const ready = new Promise<void>((resolve) => {
    const look = (): void => {
      if (!output().includes(accepting)) return;
      child.stderr?.off("data", look);
      resolve();
    };
    child.stderr?.on("data", look);
  });
  await Promise.race([
    ready,
    exited.then((end) => {
      throw new PostgresFailed(`postgres ended with ${end}`, output());
    }),
  ]);
};
