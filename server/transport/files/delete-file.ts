import { ai } from "../../contracts/ai.ts";
import type { Unreachable } from "../../contracts/ai/files.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { forgetFile, isFileUnavailable, requireFile } from "../../domain/files/index.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import { NexusError } from "../../errors.ts";
import { fileRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import { requireFileUse, type FilesDeps } from "./files-deps.ts";

/** A file that is no more. */
export interface GoneFile {
  readonly file: StoredFile;
  /** It is deleted there, too. */
  readonly atVendor: boolean;
}

const notReached = ({ message, details }: NexusError): NexusError =>
  new NexusError("CREDENTIAL_MISSING", {
    message: `${message} With unreachable=forget it is removed here, and stays at its vendor.`,
    ...(details === undefined ? {} : { details }),
    issues: [{ field: "unreachable", expected: "forget, where the vendor may keep it" }],
  });

/** Deletes a file at its vendor, and then here; here alone where its credential is gone and that is asked for. */
export const deleteFile = async (
  files: FilesDeps,
  ctx: CallContext,
  fileId: string,
  unreachable: Unreachable,
): Promise<GoneFile> => {
  requireFileUse(files, ctx, ai.deleteFile);
  const { deps, gateway } = files;
  const file = await requireFile(deps, ctx.organizationId, fileId);
  let atVendor = true;
  try {
    await ask(
      gateway,
      fileRequest({
        operation: ai.deleteFile,
        place: { file },
        ask: ({ files: vendor, io }) => vendor.remove(file.vendorFileId, io),
      }),
      ctx,
    );
  } catch (error) {
    if (!isFileUnavailable(error)) throw error;
    if (unreachable !== "forget") throw notReached(error);
    atVendor = false;
  }
  await forgetFile(deps, ctx, file, { atVendor });
  return { file, atVendor };
};
