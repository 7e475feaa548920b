import type { CallContext } from "../../contracts/call-context.ts";
import type { VendorFile } from "../../contracts/ai-vendor-files.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { deleteFileRow, updateKept, type StoredFile } from "./store.ts";

/** Notes that the vendor has the file. */
export const finishUpload = (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  rowId: string,
  { vendorFileId, expiresAt, state = "active" }: VendorFile,
): Promise<StoredFile> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    const expiry = expiresAt === undefined ? null : new Date(expiresAt * 1_000);
    const file = await updateKept(tx, rowId, {
      vendorFileId,
      expiresAt: expiry,
      state,
    });
    if (file === undefined)
      throw new NexusError("INTERNAL", {
        cause: new Error("an upload without its row"),
      });
    const { vendor, filename, mediaType, bytes, purpose, credentialTier } = file;
    await audit({
      action: "file.upload",
      target: file.id,
      details: { vendor, filename, mediaType, bytes, purpose, credentialTier },
    });
    return file;
  });

/** The vendor did not take it. */
export const abandonUpload = async (deps: Pick<Deps, "db">, ctx: CallContext, rowId: string): Promise<void> => {
  await deleteFileRow(deps.db.pool, rowId, ctx.organizationId);
};
