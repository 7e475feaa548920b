import type pg from "pg";
import { selectLive } from "./store.ts";

/** Tables whose change makes the snapshot stale. */
export const serviceTokenTopics = ["service_token"] as const;

/** A live token's rights. */
export interface ServiceToken {
  readonly id: string;
  readonly label: string;
  /** Null: every organization. */
  readonly organizations: ReadonlySet<string> | null;
  /** Null: every app. */
  readonly apps: ReadonlySet<string> | null;
  readonly permissions: ReadonlySet<string>;
}

/** What a presented token is compared with. */
export interface StoredServiceToken {
  readonly token: ServiceToken;
  readonly digest: Buffer;
  readonly previousDigest: Buffer | null;
  readonly previousValidUntil: number | null;
  readonly expiresAt: number | null;
}

/** Every token that has not been revoked, as last read; by id. */
export type ServiceTokenSnapshot = ReadonlyMap<string, StoredServiceToken>;

const setOf = (values: readonly string[] | null): ReadonlySet<string> | null =>
  values === null ? null : new Set(values);

export const loadServiceTokens = async (pool: pg.Pool): Promise<ServiceTokenSnapshot> =>
  new Map(
    (await selectLive(pool)).map((row) => [
      row.id,
      {
        token: {
          id: row.id,
          label: row.label,
          organizations: setOf(row.organizations),
          apps: setOf(row.apps),
          permissions: new Set(row.permissions),
        },
        digest: row.digest,
        previousDigest: row.previousDigest,
        previousValidUntil: row.previousValidUntil?.getTime() ?? null,
        expiresAt: row.expiresAt?.getTime() ?? null,
      },
    ]),
  );
