import type pg from "pg";
import { countByWrapKey } from "./store.ts";
import { countSealedUnderOthers } from "./store-sealed-rows.ts";

/** How much is sealed under each key-encryption key: all credentials, and under older keys everything else as well. */
export const countByKey = async (
  pool: pg.Pool,
  currentKeyId: string | undefined,
): Promise<readonly { readonly keyId: string; readonly secrets: number }[]> => {
  const counted = [...(await countByWrapKey(pool)), ...(await countSealedUnderOthers(pool, currentKeyId))];
  return [...Map.groupBy(counted, ({ keyId }) => keyId)].map(([keyId, of]) => ({
    keyId,
    secrets: of.reduce((sum, { secrets }) => sum + secrets, 0),
  }));
};
