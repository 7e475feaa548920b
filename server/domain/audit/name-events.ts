import type { DirectoryDeps } from "../existence/index.ts";
import type { ActorRow, AuditRow } from "./store-reads.ts";

/** Organizations whose people are asked for at once. */
const mostOrganizations = 20;

type Named = ActorRow & Partial<Pick<AuditRow, "user_id" | "target">>;

const idsOf = (rows: readonly Named[]): { readonly users: readonly string[]; readonly keys: readonly string[] } => {
  const users = rows.flatMap(({ actor_kind: kind, actor_id: id, user_id: userId, target }) => [
    ...(kind === "user" ? [id] : []),
    ...(userId ? [userId] : []),
    ...(target?.startsWith("usr_") ? [target] : []),
  ]);
  const keys = rows.flatMap(({ actor_kind: kind, actor_id: id }) => (kind === "api_key" ? [id] : []));
  return { users: [...new Set(users)], keys: [...new Set(keys)] };
};

/** Names of people and keys in events. Where Topolo Auth cannot be asked, they are shown without. */
export const nameEvents = async (
  { directory, log }: Pick<DirectoryDeps, "directory" | "log">,
  rows: readonly Named[],
): Promise<(id: string) => string | null> => {
  const byOrganization = Map.groupBy(rows, ({ organization_id: organizationId }) => organizationId);
  const found = await Promise.all(
    [...byOrganization].slice(0, mostOrganizations).map(async ([organizationId, events]) => {
      const { users, keys } = idsOf(events);
      if (organizationId === null || users.length + keys.length === 0) return [];
      return [
        ...(await directory.namesOf({ organizationId, users, keys }).catch((error: unknown) => {
          log.warn({ err: error }, "changes are shown without names of people and keys");
          return new Map<string, string>();
        })),
      ];
    }),
  );
  const names = new Map(found.flat());
  return (id) => names.get(id) ?? null;
};

/** What whoever made a change is called. */
export const nameOfActor = (
  { actor_kind: kind, actor_id: id, actor_label: label }: ActorRow,
  nameOf: (id: string) => string | null,
): string | null => {
  switch (kind) {
    case "operator":
      return `${id} at the command line`;
    case "system":
      return "Topolo Nexus";
    case "service":
      return label;
    default:
      return nameOf(id);
  }
};
