import type { AuthDatabase } from "../database/store.ts";

const underWay = new WeakMap<AuthDatabase, Promise<void>>();

const ask = async ({ pool, prisma }: AuthDatabase): Promise<void> => {
  await Promise.all([pool.query("select 1"), prisma.signingKey.count({ take: 1 })]);
};

/** Rejects where the database does not answer. Those who ask at the same time share one look. */
export const answersQueries = (db: AuthDatabase): Promise<void> => {
  const asked = underWay.get(db);
  if (asked) return asked;
  const asking = ask(db).finally(() => underWay.delete(db));
  underWay.set(db, asking);
  return asking;
};
