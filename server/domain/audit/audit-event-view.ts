import { z } from "zod";
import { formatUsd } from "../../platform/format-usd.ts";
import type { DirectoryDeps } from "../existence/index.ts";
import { auditWordsOf } from "./audit-actions.ts";
import { nameOfActor, nameEvents } from "./name-events.ts";
import type { AuditRow } from "./store-reads.ts";

const ActorKind = z.enum(["user", "api_key", "service", "operator", "system"]);

const named = "What people call it; null where it has no name, or none that is known";

export const AuditEventView = z.object({
  id: z.string().describe("The event's own"),
  createdAt: z.iso.datetime().describe("When the change was made"),
  organizationId: z.string().nullable().describe("Null: the platform itself acted, or its operator"),
  actor: z
    .object({
      kind: ActorKind.describe("`operator`: at the command line; `system`: Nexus itself"),
      id: z.string().describe("Of the person, key, token or operator"),
      name: z.string().nullable().describe(named),
    })
    .describe("Who made the change"),
  userId: z.string().nullable().describe("The user to whom the change is attributed."),
  userName: z.string().nullable().describe(named),
  appId: z.string().nullable().describe("The app that called; null where none did"),
  appName: z.string().nullable().describe(named),
  door: z.string().nullable().describe("The API surface; null where none was used"),
  requestId: z.string().nullable().describe("Nexus' id of the request; null where there was none"),
  action: z.string().describe("What was done: `noun.verb`"),
  words: z.string().describe("The same in words that follow the name of the actor"),
  target: z.string().describe("Id of the thing changed"),
  targetName: z.string().nullable().describe(named),
  details: z
    .record(z.string(), z.unknown())
    .describe("Public facts about the change; `before` and `after` where it has them"),
});
export type AuditEventView = z.output<typeof AuditEventView>;

const periods: Readonly<Record<string, string>> = {
  hour: " an hour",
  day: " a day",
  week: " a week",
  month: " a month",
  total: " in total",
};

/** Budgets, and what is asked for beyond them, have no names: they are called by their amount. */
const amountIn = (details: Readonly<Record<string, unknown>>): string | null => {
  const { limitNanos, period } = details;
  if (typeof limitNanos !== "string" || !/^\d{1,18}$/.test(limitNanos)) return null;
  return `${formatUsd(BigInt(limitNanos))} USD${periods[String(period)] ?? ""}`;
};

/** What a thing is called by the facts about it; a credential without a label by its vendor. */
const nameIn = ({ action, details }: Pick<AuditRow, "action" | "details">): string | null => {
  const { after, before } = details;
  const fields = /^(?:key|credential)\./.test(action) ? ["label", "name", "vendor"] : ["label", "name"];
  for (const facts of [details, after, before])
    if (typeof facts === "object" && facts !== null)
      for (const field of fields) {
        const found: unknown = Reflect.get(facts, field);
        if (typeof found === "string" && found !== "") return found;
      }
  return action.startsWith("budget") ? amountIn(details) : null;
};

/** Events as they are shown, with the names of whoever and whatever they are about. */
export const viewEvents = async (
  deps: Pick<DirectoryDeps, "directory" | "log">,
  rows: readonly AuditRow[],
): Promise<AuditEventView[]> => {
  const nameOf = await nameEvents(deps, rows);
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    organizationId: row.organization_id,
    actor: { kind: ActorKind.parse(row.actor_kind), id: row.actor_id, name: nameOfActor(row, nameOf) },
    userId: row.user_id,
    userName: row.user_id === null ? null : nameOf(row.user_id),
    appId: row.app_id,
    appName: row.app_name,
    door: row.door,
    requestId: row.request_id,
    action: row.action,
    words: auditWordsOf(row.action),
    target: row.target,
    targetName: row.target_name ?? nameOf(row.target) ?? nameIn(row),
    details: row.details,
  }));
};
