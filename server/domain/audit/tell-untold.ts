import type pg from "pg";
import { kindAtAuth } from "./changes-told-to-auth.ts";
import { deleteOldUntold, deleteUntold, selectUntold, type UntoldRow } from "./store.ts";

/** A change as Auth is told of it. */
export interface UntoldChange {
  readonly id: string;
  readonly kind: string;
  readonly organizationId: string;
  readonly actor: { readonly type: "user" | "api_key" | "service" | "operator"; readonly id: string };
  readonly target: string;
  /** What the changed thing is called. */
  readonly name: string;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

const actorOf = ({ actor_kind: kind, actor_id: id, user_id: userId }: UntoldRow): UntoldChange["actor"] => {
  if (userId !== null) return { type: "user", id: userId };
  return { type: kind === "user" || kind === "api_key" || kind === "service" ? kind : "operator", id };
};

/** The vendor and the label, as far as the thing has them. */
const nameOf = ({ details, action }: UntoldRow): string =>
  [textOf(details["vendor"]), action.startsWith("credential.") ? "managed by the platform" : textOf(details["label"])]
    .filter((part) => part !== "")
    .join(" ")
    .slice(0, 200);

const changeOf = (row: UntoldRow): UntoldChange => ({
  id: row.id,
  kind: kindAtAuth(row.action) ?? row.action,
  organizationId: row.organization_id,
  actor: actorOf(row),
  target: row.target,
  name: nameOf(row),
});

interface TellUntold {
  /** False: Auth will never take it. Throws while Auth is away. */
  readonly tell: (change: UntoldChange) => Promise<boolean>;
  readonly isClosed: () => boolean;
  readonly onRefused: (change: UntoldChange) => void;
  /** Told how many were given up, where any were. */
  readonly onTooOld: (count: number) => void;
}

const batch = 50;

/** Tells of the changes in their order; one that was told stays told. Stops where Auth cannot be asked. */
export const tellUntold = async (
  client: pg.PoolClient,
  { tell, isClosed, onRefused, onTooOld }: TellUntold,
): Promise<void> => {
  const tooOld = await deleteOldUntold(client);
  if (tooOld > 0) onTooOld(tooOld);
  for (;;) {
    const rows = await selectUntold(client, batch);
    for (const row of rows) {
      if (isClosed()) return;
      const change = changeOf(row);
      if (!(await tell(change))) onRefused(change);
      await deleteUntold(client, row.id);
    }
    if (rows.length < batch) return;
  }
};
