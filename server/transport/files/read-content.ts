import { ai } from "../../contracts/ai.ts";
import type { VendorFileContent } from "../../contracts/ai-vendor-files.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { requireFile } from "../../domain/files/index.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import { fileRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import { requireFileUse, type FilesDeps } from "./files-deps.ts";

const mostAnswerBytes = 1024 * 1024 * 1024;

/**
 * A file, and its contents as they come from the vendor, which may refuse to give them back. `check` throws before any
 * are asked for: whoever has them reads them.
 */
export const readContent = async (
  files: FilesDeps,
  ctx: CallContext,
  fileId: string,
  check: (file: StoredFile) => void = () => undefined,
): Promise<{ readonly file: StoredFile; readonly content: VendorFileContent }> => {
  requireFileUse(files, ctx, ai.fileContent);
  const { deps, gateway } = files;
  const file = await requireFile(deps, ctx.organizationId, fileId);
  check(file);
  const { answer: content } = await ask(
    gateway,
    fileRequest({
      operation: ai.fileContent,
      place: { file },
      mostAnswerBytes,
      ask: ({ files: vendor, io }) => vendor.content(file.vendorFileId, io),
    }),
    ctx,
  );
  return { file, content };
};
