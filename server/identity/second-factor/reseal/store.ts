import { inTransaction } from "../../../platform/db/transaction.ts";
import type { Sealer } from "../../crypto/seal.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { seedBoundTo } from "../totp.ts";

/**
 * Seals some authenticator seeds anew that are sealed under an older key; returns how many. Throws where one does not
 * open: the older key is still needed.
 */
export const resealSeeds = ({ pool }: AuthDatabase, sealer: Sealer, batch: number): Promise<number> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string; sealed: string }>(
      `select id, secret_sealed as sealed from auth.totp_credentials where not starts_with(secret_sealed, $1)
       order by id limit $2 for update skip locked`,
      [sealer.prefix, batch],
    );
    for (const { id, sealed } of rows) {
      const bound = seedBoundTo(id);
      await client.query("update auth.totp_credentials set secret_sealed = $2 where id = $1", [
        id,
        sealer.seal(sealer.open(sealed, bound), bound),
      ]);
    }
    return rows.length;
  });
