import { stat, statfs } from "node:fs/promises";
import { systemClock } from "../platform/clock.ts";
import { createEgress } from "../platform/egress/index.ts";
import type { Env } from "../platform/env.ts";
import { silentLogger } from "../platform/logger.ts";
import { openFilesOf } from "../platform/private-file.ts";
import { addressesOf } from "../process/addresses-of.ts";
import { ownerOf } from "../process/data-folder.ts";
import { takenPorts, wantedPorts } from "../process/require-free-ports.ts";
import { findSecrets } from "../process/secrets-of.ts";
import { explain } from "./cli-error.ts";
import { checkCircuits } from "./doctor-circuits.ts";
import { bad, none, ok, type Diagnosis } from "../domain/system/index.ts";

const gib = 1024 ** 3;
const leastFreeBytes = gib;

const modeOf = async (path: string): Promise<number | undefined> => {
  const found = await stat(path).catch(() => undefined);
  return found && found.mode & 0o777;
};

/** The data folder: it exists, only its owner can read it, and the disk has space. */
export const checkFolder = async function* (dataDir: string): AsyncGenerator<Diagnosis> {
  const mode = await modeOf(dataDir);
  if (mode === undefined) {
    yield none("data folder", `${dataDir} is made at the first start`);
    return;
  }
  // A cluster that root runs belongs to another user, who walks through the folder.
  if ((mode & 0o066) !== 0)
    yield bad("data folder", `${dataDir} can be listed by others (${mode.toString(8)})`, `chmod 700 ${dataDir}`);
  else yield ok("data folder", `${dataDir} (${mode.toString(8)})`);
  const open = await openFilesOf(dataDir);
  if (open.length > 0)
    yield bad("private files", `others may read ${open.join(", ")}`, `cd ${dataDir} && chmod 600 ${open.join(" ")}`);
  else yield ok("private files", "readable by their owner alone");
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const note = `${(free / gib).toFixed(1)} GiB free`;
  if (free < leastFreeBytes)
    yield bad("disk", note, "Make room: PostgreSQL stops when the disk is full, and with it every paid call.");
  else yield ok("disk", note);
};

/** The secrets without which the database is noise: there, and whole. */
export const checkSecrets = async function* (env: Env, dataDir: string): AsyncGenerator<Diagnosis> {
  try {
    const secrets = await findSecrets(env, dataDir);
    if (secrets === undefined) yield none("secrets", "made at the first start");
    else yield ok("secrets", "complete");
  } catch (error) {
    yield bad("secrets", "not usable", explain(error, env.DATABASE_URL === undefined));
  }
};

/** Ports: ours already, or free. */
export const checkPorts = async function* (env: Env, dataDir: string): AsyncGenerator<Diagnosis> {
  const owner = await ownerOf(dataDir);
  if (owner) {
    yield ok("ports", `in use by ${owner.what}, process ${owner.pid}`);
    return;
  }
  const taken = await takenPorts(wantedPorts(env));
  if (taken.length === 0)
    yield ok(
      "ports",
      wantedPorts(env)
        .map(({ setting, port }) => `${setting} ${port}`)
        .join(", ") + " are free",
    );
  for (const { setting, port } of taken)
    yield bad(
      "ports",
      `${setting} ${port} is taken by another program`,
      `Stop what listens there, or set ${setting} to another.`,
    );
};

/** The gateway itself, by its own readiness. */
export const checkRunning = async function* (env: Env, dataDir: string): AsyncGenerator<Diagnosis> {
  const owner = await ownerOf(dataDir);
  if (!owner) {
    yield none("gateway", "not running: npm start");
    return;
  }
  const { gateway: origin } = owner.addresses ?? addressesOf(env);
  const egress = createEgress({ allow: [new URL(origin).host], log: silentLogger, clock: systemClock });
  try {
    const answer = await egress.json({
      url: `${origin}/health/ready`,
      method: "GET",
      headers: {},
      timeoutMs: 3_000,
      maxBytes: 64 * 1024,
    });
    if (answer.status === 200) yield ok("gateway", `${origin} is ready`);
    else yield bad("gateway", `${origin} is not ready`, `Look at ${origin}/health/ready and at the log.`);
  } catch {
    yield bad("gateway", `${origin} does not answer`, "Look at the log, and start it again.");
  } finally {
    await egress.close();
  }
  yield* checkCircuits(env, origin);
};
