import type { MigrationState } from "../../platform/db/migration-history.ts";
import type { KeyringState } from "../credentials/index.ts";
import { bad, ok, type Diagnosis } from "./diagnosis.ts";
import type { DatabaseFacts } from "./store.ts";

const mostSkewMs = 1_000;

/** What the checked-in migrations of a schema and its database make of each other. */
export const migrationFinding = (
  schema: string,
  { pending, interrupted, edited, unknown }: MigrationState,
): Diagnosis => {
  const name = `migrations ${schema}`;
  if (unknown.length > 0)
    return bad(
      name,
      `not known to this version: ${unknown.join(", ")}`,
      "Start the newer version that made them. A database of a version that was never released cannot be brought up to date: start with an empty one.",
    );
  if (edited.length > 0)
    return bad(
      name,
      `changed after they were applied: ${edited.join(", ")}`,
      "Restore the files of the version that applied them.",
    );
  if (interrupted.length > 0)
    return bad(
      name,
      `begun and not finished: ${interrupted.join(", ")}`,
      "Start Topolo Nexus: it checks whether the migration was applied, then records or applies it.",
    );
  if (pending.length > 0) return bad(name, `${pending.length} to be applied`, "Start Topolo Nexus: it applies them.");
  return ok(name, "up to date");
};

/** Whether the server keeps what it says it keeps, and whose clock it has. */
export const databaseFindings = function* (facts: DatabaseFacts, offsetMs: number): Generator<Diagnosis> {
  const risky = (["fsync", "synchronous_commit", "full_page_writes"] as const).filter((name) => facts[name] === "off");
  if (risky.length > 0)
    yield bad(
      "durability",
      `${risky.join(", ")} off`,
      `Set ${risky.map((name) => `${name} = on`).join(", ")}: a crash would lose money that was held or spent.`,
    );
  else yield ok("durability", `fsync on, synchronous_commit ${facts.synchronous_commit}, full_page_writes on`);
  const skew = `${Math.abs(offsetMs).toFixed(0)} ms ${offsetMs < 0 ? "behind" : "ahead of"} this machine`;
  if (Math.abs(offsetMs) > mostSkewMs)
    yield bad(
      "clock",
      `the database is ${skew}`,
      "Let NTP set both clocks: the database's counts, but ID tokens of Auth and the log carry this machine's.",
    );
  else yield ok("clock", `the database is ${skew}`);
};

/** Whether the configured keys fit the stored secrets. */
export const keyringFinding = ({ state, keys }: KeyringState): Diagnosis => {
  const secrets = keys.reduce((sum, key) => sum + key.secrets, 0);
  const missing = keys.filter(({ known }) => !known).map(({ keyId }) => keyId);
  if (state === "open")
    return ok(
      "encryption keys",
      `fit all ${secrets} stored secrets (${keys.map((key) => `${key.secrets} under ${key.keyId}`).join(", ") || "none yet"})`,
    );
  return bad(
    "encryption keys",
    missing.length > 0 ? `no key for ${missing.join(", ")}` : "none is configured",
    "Put the missing key back into NEXUS_ENCRYPTION_KEYS or secrets.json, behind the current one.",
  );
};
