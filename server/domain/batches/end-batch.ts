import { inTransaction } from "../../platform/db/transaction.ts";
import type { Deps } from "../../platform/deps.ts";
import { newId } from "../../platform/ids.ts";
import { adoptFile } from "../files/index.ts";
import { updateEnded, type StoredBatch } from "./store.ts";

/** A file in which the vendor gives answers. */
export interface AnswersFile {
  readonly vendorFileId: string;
  readonly bytes: number;
}

/** Notes that a batch is charged, what its answers are kept in, and its vendor's last word: a cancelling may have been noted meanwhile. */
export const endBatch = (
  { db }: Pick<Deps, "db">,
  batch: StoredBatch,
  files: { readonly answers: AnswersFile | undefined; readonly errors: AnswersFile | undefined },
): Promise<void> =>
  inTransaction(db.pool, async (tx) => {
    const { id, organizationId, appId, userId, keyId, vendor, credentialId, credentialTier } = batch;
    const adopt = async (file: AnswersFile | undefined, name: string, purpose: string): Promise<string | null> => {
      if (file === undefined) return null;
      const rowId = newId();
      const { vendorFileId, bytes } = file;
      const owner = { rowId, organizationId, appId: appId ?? undefined, userId: userId ?? undefined };
      await adoptFile(
        tx,
        {
          ...owner,
          keyId: keyId ?? undefined,
          vendor,
          credentialId,
          credentialTier,
          filename: `${id}_${name}.jsonl`,
          mediaType: "application/jsonl",
          purpose,
          bytes,
          readings: null,
        },
        vendorFileId,
      );
      return rowId;
    };
    const rows = {
      told: batch.told,
      answersFile: await adopt(files.answers, "output", "batch_output"),
      errorsFile: await adopt(files.errors, "error", "batch_output"),
    };
    // Somebody else has ended it meanwhile: with files of their own.
    if (!(await updateEnded(tx, batch.operationId, rows))) throw new Error(`${id} has ended already`);
  });
