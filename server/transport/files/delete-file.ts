import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { forgetFile, requireFile } from "../../domain/files/index.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import { fileRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import { requireFileUse, type FilesDeps } from "./files-deps.ts";

/** Deletes a file at its vendor, and then here. */
export const deleteFile = async (files: FilesDeps, ctx: CallContext, fileId: string): Promise<StoredFile> => {
  requireFileUse(files, ctx, ai.deleteFile);
  const { deps, gateway } = files;
  const file = await requireFile(deps, ctx.organizationId, fileId);
  await ask(
    gateway,
    fileRequest({
      operation: ai.deleteFile,
      place: { file },
      ask: ({ files: vendor, io }) => vendor.remove(file.vendorFileId, io),
    }),
    ctx,
  );
  await forgetFile(deps, ctx, file);
  return file;
};
