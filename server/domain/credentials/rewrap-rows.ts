import { createSealedBox, type SecretBox } from "../../platform/crypto/index.ts";
import type { Deps } from "../../platform/deps.ts";
import { emitSystemAudit } from "../audit/index.ts";
import { inTransaction } from "./store.ts";
import { replaceSealed, sealedPlaces, selectSealedUnder, type SealedPlace } from "./store-sealed-rows.ts";

const rowsAtOnce = 200;

const places = Object.keys(sealedPlaces) as SealedPlace[];

interface RewrappedRows {
  readonly rewrapped: number;
  /** Rows that do not open although their key is there, by place. */
  readonly broken: readonly string[];
}

/**
 * What is sealed in rows beside credentials under the current key, some rows at a time, while all goes on: mail that is kept
 * or waits, addresses that are left out, requests whose outcome is unknown.
 */
export const rewrapRows = async (
  deps: Pick<Deps, "db" | "log"> & { readonly secretBox: SecretBox },
  openable: readonly string[],
  onProgress: (rewrapped: number) => void,
): Promise<RewrappedRows> => {
  const { secretBox, db, log } = deps;
  const target = secretBox.currentKeyId;
  if (target === undefined) return { rewrapped: 0, broken: [] };
  let rewrapped = 0;
  const broken: string[] = [];
  for (const place of places) {
    const box = createSealedBox(secretBox, sealedPlaces[place]);
    const passedOver: string[] = [];
    for (;;) {
      const rows = await selectSealedUnder(db.pool, place, openable, passedOver, rowsAtOnce);
      if (rows.length === 0) break;
      const moved = rows.flatMap((row) => {
        try {
          return [{ ...row, resealed: box.rewrap(row.rowId, row.bytes) }];
        } catch (error) {
          passedOver.push(row.rowId);
          log.error({ err: error, place, rowId: row.rowId }, "a sealed row does not open");
          return [];
        }
      });
      if (moved.length === 0) continue;
      rewrapped += await inTransaction(db.pool, async (tx) => {
        const count = await replaceSealed(tx, place, moved);
        await emitSystemAudit(tx, "keyring", { action: "keyring.rewrap", target, details: { [place]: count } });
        return count;
      });
      onProgress(rewrapped);
    }
    broken.push(...passedOver.map((rowId) => `${place} ${rowId}`));
  }
  return { rewrapped, broken };
};
