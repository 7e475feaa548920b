import type pg from "pg";
import type { SecretBox } from "../../platform/crypto/index.ts";
import { countByKey } from "./count-by-key.ts";

/** Whether the configured keys fit the stored secrets. */
export interface KeyringState {
  /** `open` all can be used; `partly` some; `sealed` none, or no key is configured. */
  readonly state: "open" | "partly" | "sealed";
  readonly keys: readonly { readonly keyId: string; readonly secrets: number; readonly known: boolean }[];
}

/** For start-up and health: a missing or wrong key is seen before the first call needs it. */
export const keyringState = async (pool: pg.Pool, secretBox: SecretBox): Promise<KeyringState> => {
  const keys = (await countByKey(pool, secretBox.currentKeyId)).map((entry) => ({
    ...entry,
    known: secretBox.knows(entry.keyId),
  }));
  if (secretBox.currentKeyId === undefined) return { state: "sealed", keys };
  const known = keys.filter((key) => key.known).length;
  return { state: known === keys.length ? "open" : known === 0 ? "sealed" : "partly", keys };
};
