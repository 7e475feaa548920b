import type { SecretBox } from "../../platform/crypto/index.ts";
import type { Deps } from "../../platform/deps.ts";
import { emitSystemAudit } from "../audit/index.ts";
import { countByKey } from "./count-by-key.ts";
import { boundTo, type StoredCredential } from "./stored-credential.ts";
import { rewrapRows } from "./rewrap-rows.ts";
import { inTransaction, lockRowsToRewrap, updateWrapping } from "./store.ts";

/** How many stored secrets are encrypted under which key. */
export interface Rewrapped {
  readonly rewrapped: number;
  /** Rows that do not decrypt although their key is there: edited, or copied from another row. */
  readonly broken: readonly string[];
  /** Older keys under which there are still secrets. */
  readonly remaining: readonly { readonly keyId: string; readonly secrets: number; readonly known: boolean }[];
}

const rowsAtOnce = 50;

/**
 * Encrypts every stored secret, and all else that is sealed for longer than a day, under the current key-encryption key, a few rows per transaction, while calls continue. If it is
 * killed, the next run continues; rows that do not decrypt are left unchanged. Without a key it does nothing.
 */
export const rewrapAll = async (
  deps: Deps & { readonly secretBox: SecretBox },
  onProgress: (rewrapped: number) => void = () => undefined,
): Promise<Rewrapped> => {
  const { secretBox } = deps;
  const current = secretBox.currentKeyId;
  const old = async () => (await countByKey(deps.db.pool, current)).filter(({ keyId }) => keyId !== current);
  const openable = (await old()).map(({ keyId }) => keyId).filter(secretBox.knows);
  const broken: string[] = [];
  let rewrapped = 0;

  const rewrap = (row: StoredCredential): StoredCredential | undefined => {
    try {
      return { ...row, sealed: secretBox.rewrap(row.sealed, boundTo(row)) };
    } catch (error) {
      broken.push(row.id);
      deps.log.error({ err: error, credentialId: row.id }, "a stored secret does not open");
      return undefined;
    }
  };
  const step = (current: string, beyondId: string): Promise<string | undefined> =>
    inTransaction(deps.db.pool, async (tx) => {
      const rows = await lockRowsToRewrap(tx, current, openable, beyondId, rowsAtOnce);
      const moved = rows.map(rewrap).filter((row) => row !== undefined);
      for (const row of moved) await updateWrapping(tx, row);
      if (moved.length > 0) {
        await emitSystemAudit(tx, "keyring", {
          action: "keyring.rewrap",
          target: current,
          details: { credentials: moved.map(({ id }) => id) },
        });
      }
      rewrapped += moved.length;
      if (moved.length > 0) onProgress(rewrapped);
      return rows.at(-1)?.id;
    });

  if (current !== undefined && openable.length > 0) {
    for (let last: string | undefined = ""; last !== undefined;) last = await step(current, last);
    const secrets = rewrapped;
    const rows = await rewrapRows(deps, openable, (count) => onProgress(secrets + count));
    rewrapped += rows.rewrapped;
    broken.push(...rows.broken);
  }
  const remaining = (await old()).map((entry) => ({ ...entry, known: secretBox.knows(entry.keyId) }));
  return { rewrapped, broken, remaining };
};
