import type { CallContext } from "../../contracts/call-context.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { deleteFileRow, type StoredFile } from "./store.ts";

/** Notes that a file has been deleted at its vendor, or cannot be. */
export const forgetFile = (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  { id, rowId, vendor, filename, bytes }: StoredFile,
  { atVendor }: { readonly atVendor: boolean },
): Promise<void> =>
  auditedChange(deps, ctx, async (tx, audit, unchanged) => {
    if (!(await deleteFileRow(tx, rowId, ctx.organizationId))) return unchanged();
    await audit({ action: "file.delete", target: id, details: { vendor, filename, bytes, atVendor } });
  });
