import { execFile } from "node:child_process";
import { stat } from "node:fs/promises";
import { promisify } from "node:util";
import { systemEnvironment } from "../system-environment.ts";

/** Who runs a program. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);
const name = "postgres";

const env = systemEnvironment;

const idOf = async (flag: "-u" | "-g"): Promise<number> => Number((await run("id", [flag, name], { env })).stdout);

const lookUp = async (): Promise<SystemUser> => ({ uid: await idOf("-u"), gid: await idOf("-g") });

const create = async (): Promise<SystemUser> => {
  try {
    await run("groupadd", ["--system", "--force", name], { env });
    await run("useradd", ["--system", "--gid", name, "--no-create-home", "--shell", "/usr/sbin/nologin", name], {
      env,
    });
    return await lookUp();
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root, and no user ${name} could be made for it (${error instanceof Error ? error.message.trim() : "unknown reason"}). ` +
        `Make one (useradd ${name}), start Topolo Nexus as an ordinary user, or set DATABASE_URL to a PostgreSQL of yours.`,
      { cause: error },
    );
  }
};

/** Which user runs the server if we are root, as which it refuses to run; undefined: we do. */
export const postgresUser = async (clusterDir: string): Promise<SystemUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  // A cluster made by an ordinary user stays theirs.
  const owner = await stat(clusterDir).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return lookUp().catch(create);
};
