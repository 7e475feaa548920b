import { randomUUID } from "node:crypto";
import { chmod, link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StartError } from "./explain-start-error.ts";

/** Where the parts of a running product answer, as this machine reaches them. */
export interface RunningAddresses {
  readonly gateway: string;
  /** As everybody else reaches the gateway, where that is another address. */
  readonly gatewayPublic?: string | undefined;
  readonly auth: string;
  /** Where gateways ask it. */
  readonly authInternal?: string | undefined;
  readonly sandbox?: string | undefined;
}

/** The process that uses a data folder; no other may start anything on it. */
export interface FolderOwner {
  readonly pid: number;
  /** Tells the process from a later one that was given the same number. */
  readonly bornAt: string;
  /** In words: "Topolo Nexus at http://localhost:3000". */
  readonly what: string;
  readonly since: string;
  /** Reads its key-encryption keys from this folder again on SIGHUP, which would end any other process. */
  readonly reloadsKeys?: boolean;
  /** Commands beside it go by these, whatever their own environment says. */
  readonly addresses?: RunningAddresses | undefined;
}

const isAddresses = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  ["gateway", "auth"].every((name) => typeof Reflect.get(value, name) === "string");

const isOwner = (value: unknown): value is FolderOwner =>
  typeof value === "object" &&
  value !== null &&
  "pid" in value &&
  typeof value.pid === "number" &&
  ["bornAt", "what", "since"].every((name) => typeof Reflect.get(value, name) === "string") &&
  (!("addresses" in value) || isAddresses(value.addresses));

/** Clock ticks from the machine's start to the process's; empty where the system does not tell. */
const bornAtOf = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

const fileOf = (dataDir: string): string => join(dataDir, "process.json");

const parse = (text: string): FolderOwner | undefined => {
  try {
    const parsed: unknown = JSON.parse(text);
    return isOwner(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
};

const isLiving = async ({ pid, bornAt }: FolderOwner): Promise<boolean> =>
  isAlive(pid) && (bornAt === "" || (await bornAtOf(pid)) === bornAt);

/** The living process that uses the folder, if there is one. */
export const ownerOf = async (dataDir: string): Promise<FolderOwner | undefined> => {
  const owner = parse(await readFile(fileOf(dataDir), "utf8").catch(() => ""));
  return owner && (await isLiving(owner)) ? owner : undefined;
};

/** Takes the file of a dead process away; one that was put there in the meantime is put back. */
const clearStale = async (dataDir: string): Promise<void> => {
  const aside = `${fileOf(dataDir)}.${randomUUID()}`;
  await rename(fileOf(dataDir), aside).catch(() => undefined);
  const moved = parse(await readFile(aside, "utf8").catch(() => ""));
  if (moved && (await isLiving(moved))) await link(aside, fileOf(dataDir)).catch(() => undefined);
  await rm(aside, { force: true });
};

const inUse = (dataDir: string, { pid, what, since }: FolderOwner): StartError =>
  new StartError(
    `The data folder ${dataDir} is in use by ${what}, process ${pid}, since ${since}. ` +
      `Stop that one (kill ${pid}), or set NEXUS_DATA_DIR, PORT, AUTH_PORT and SANDBOX_PORT for a second one beside it.`,
  );

const reasons: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the file system is read-only",
  ENOENT: "no folder can be made there",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "it is a file",
  ENOSPC: "the disk is full",
  EDQUOT: "this user's share of the disk is full",
  EFBIG: "this process may write no files, or none of that size",
};

const notUsable = (dataDir: string, error: unknown): unknown => {
  const reason = reasons[String(codeOf(error))];
  return reason === undefined
    ? error
    : new StartError(
        `The data folder ${dataDir} cannot be used: ${reason}. Mend that, or set NEXUS_DATA_DIR to another folder.`,
        {
          cause: error,
        },
      );
};

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/**
 * Makes a folder and those above it; tells whether it was not there. Node's own `recursive` says ENOENT of a file system
 * that is read-only, and never ends in one like /proc.
 */
const makeFolders = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await stat(folder)).isDirectory()) return false;
    if (codeOf(error) !== "ENOENT" || dirname(folder) === folder) throw error;
  }
  await makeFolders(dirname(folder));
  await mkdir(folder).catch((error: unknown) => {
    if (codeOf(error) !== "EEXIST") throw error;
  });
  return true;
};

/** Makes the folder; only its owner can list it. The embedded database may open its own walk through it. */
export const makeDataFolder = async (dataDir: string): Promise<void> => {
  try {
    if (await makeFolders(dataDir)) await chmod(dataDir, 0o700);
    const probe = join(dataDir, `.writable-${randomUUID()}`);
    // Of some length: a full disk has room for a name.
    try {
      await writeFile(probe, "whether there is space", { mode: 0o600 });
    } finally {
      await rm(probe, { force: true });
    }
  } catch (error) {
    throw notUsable(dataDir, error);
  }
};

/** Claims the folder for this process, or refuses with the name of the one that has it. Returns how to let go. */
export const holdDataFolder = async (
  dataDir: string,
  what: string,
  { reloadsKeys = false, addresses }: Pick<FolderOwner, "reloadsKeys" | "addresses"> = {},
): Promise<() => Promise<void>> => {
  const draft = `${fileOf(dataDir)}.${randomUUID()}`;
  const owner: FolderOwner = {
    pid: process.pid,
    bornAt: await bornAtOf(process.pid),
    what,
    since: new Date().toISOString(),
    reloadsKeys,
    addresses,
  };
  try {
    await writeFile(draft, JSON.stringify(owner), { mode: 0o600 }).catch((error: unknown) => {
      throw notUsable(dataDir, error);
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        // A link is made whole or not at all, and never over another.
        await link(draft, fileOf(dataDir));
        break;
      } catch (error) {
        const present = await ownerOf(dataDir);
        if (present) throw inUse(dataDir, present);
        if (attempt === 5) throw notUsable(dataDir, error);
        await clearStale(dataDir);
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
  return () => rm(fileOf(dataDir), { force: true });
};
