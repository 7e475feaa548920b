import type pg from "pg";
import { insertFile, updateKept, type NewFileRow } from "./store.ts";

/** Notes a file that a vendor has made for the organization. */
export const adoptFile = async (
  client: pg.PoolClient,
  row: Omit<NewFileRow, "key" | "fingerprint">,
  vendorFileId: string,
): Promise<void> => {
  await insertFile(client, { ...row, key: undefined, fingerprint: undefined });
  await updateKept(client, row.rowId, { vendorFileId, expiresAt: null });
};
