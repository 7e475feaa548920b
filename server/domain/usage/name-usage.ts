import { z } from "zod";
import type { DirectoryDeps } from "../existence/index.ts";
import { selectAppNames, selectTokenLabels, selectWallets } from "./store-names.ts";
import type { UsageGrouping } from "./usage-dimension.ts";

/** A value that usage is grouped by. */
export const UsageValue = z.object({
  value: z
    .string()
    .nullable()
    .describe("Null: none, as for calls of no registered app. Of a customer the app's own id"),
  name: z.string().nullable().describe("What people call it; null where it has no name, or none that is known"),
  app: z.string().nullable().describe("Of a customer: its app"),
});
export type UsageValue = z.infer<typeof UsageValue>;

/** Asked for together: raw values of the sums, by what they are of. */
export type AskedValues = Readonly<Partial<Record<UsageGrouping, readonly string[]>>>;

/** Names of values. Where Topolo Auth cannot be asked, people and keys are shown without. */
export const nameUsage = async (
  { db: { pool }, directory, log }: DirectoryDeps,
  organizationId: string,
  asked: AskedValues,
): Promise<(grouping: UsageGrouping, raw: string | null) => UsageValue> => {
  const { app = [], user = [], key = [], customer = [] } = asked;
  const tokens = key.filter((id) => id.startsWith("nst_"));
  // An app's own token is known by the app.
  const apps = [...app, ...key.filter((id) => id.startsWith("srv_"))];
  const keys = key.filter((id) => !id.startsWith("nst_") && !id.startsWith("srv_"));
  const [appNames, labels, wallets, known] = await Promise.all([
    apps.length === 0 ? [] : selectAppNames(pool, apps),
    tokens.length === 0 ? [] : selectTokenLabels(pool, organizationId, tokens),
    customer.length === 0 ? [] : selectWallets(pool, organizationId, customer),
    user.length + keys.length === 0
      ? new Map<string, string>()
      : directory.namesOf({ organizationId, users: user, keys }).catch((error: unknown) => {
          log.warn({ err: error }, "usage is shown without names of people and keys");
          return new Map<string, string>();
        }),
  ]);
  const names = new Map<string, string>([
    ...known,
    ...[...appNames, ...labels].map(({ id, name }) => [id, name] as const),
  ]);
  const byLevel = new Map(wallets.map((wallet) => [wallet.level, wallet]));
  return (grouping, raw) => {
    if (grouping === "customer" && raw !== null) {
      const wallet = byLevel.get(raw);
      return {
        value: wallet?.customer_id ?? null,
        name: wallet?.name ?? null,
        app: wallet?.app_id ?? null,
      };
    }
    return {
      value: raw,
      name: raw === null ? null : (names.get(raw) ?? null),
      app: null,
    };
  };
};
