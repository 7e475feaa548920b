import { z } from "zod";
import { parseInput } from "../../platform/parse-input.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { auditActions } from "./audit-actions.ts";
import { auditTrailFilters, organizationOfReader, type AuditReader } from "./audit-reader.ts";
import { nameOfActor, nameEvents } from "./name-events.ts";
import { selectActors } from "./store-reads.ts";

/** Input of `listAuditValues`. */
export const AuditValuesInput = z.strictObject({
  of: z.enum(["action", "actor"]).describe("What is searched: what can be done, or who did something lately"),
  search: z.string().max(100).default("").describe("Part of a value, or of its name"),
  limit: z.int().min(1).max(200).default(20),
  whose: auditTrailFilters.whose,
});
export type AuditValuesInput = z.input<typeof AuditValuesInput>;

const AuditValue = z.object({
  value: z.string().describe("By which the trail is filtered"),
  name: z.string().nullable().describe("In words; null where there are none"),
});

export const AuditValuesOutput = z.object({
  values: z.array(AuditValue).describe("Actions by name; actors who made the latest changes first"),
  more: z.boolean().describe("There are others: search for them"),
});
export type AuditValuesOutput = z.output<typeof AuditValuesOutput>;

/** Looked at for one answer, the newest ones. */
const looked = { events: 5_000, actors: 200 } as const;

const actors = async (
  deps: Pick<DirectoryDeps, "db" | "directory" | "log">,
  organizationId: string | undefined,
): Promise<z.output<typeof AuditValue>[]> => {
  const rows = await selectActors(deps.db.pool, organizationId, looked);
  const nameOf = await nameEvents(deps, rows);
  return rows.map((row) => ({ value: row.actor_id, name: nameOfActor(row, nameOf) }));
};

/** Values to filter the audit trail by. */
export const listAuditValues = async (
  deps: Pick<DirectoryDeps, "db" | "directory" | "log">,
  reader: AuditReader,
  input: AuditValuesInput,
): Promise<AuditValuesOutput> => {
  const { of, search, limit, whose } = parseInput(AuditValuesInput, input);
  const organizationId = organizationOfReader(reader, whose);
  const all =
    of === "action"
      ? Object.entries(auditActions).map(([value, name]) => ({ value, name }))
      : await actors(deps, organizationId);
  const wanted = search.toLowerCase();
  const found = all.filter(({ value, name }) => [value, name].some((text) => text?.toLowerCase().includes(wanted)));
  return { values: found.slice(0, limit), more: found.length > limit };
};
