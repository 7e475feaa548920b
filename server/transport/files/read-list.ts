import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { listStoredFiles, requireFile } from "../../domain/files/index.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import { mayAsk } from "../../gateway/authorize-and-reserve.ts";
import type { FilesDeps } from "./files-deps.ts";
import { lookAtFile } from "./look-at-file.ts";

type Page = Parameters<typeof listStoredFiles>[2];

/** A page of the organization's files. */
export const readFiles = async (
  { gateway, deps }: FilesDeps,
  ctx: CallContext,
  page: Page,
): Promise<{ readonly files: readonly StoredFile[]; readonly more: boolean }> => {
  await mayAsk(gateway, { operation: ai.listFiles }, ctx);
  return listStoredFiles(deps, ctx.organizationId, page);
};

/** What is known of one of them. */
export const readFile = async (files: FilesDeps, ctx: CallContext, fileId: string): Promise<StoredFile> => {
  await mayAsk(files.gateway, { operation: ai.getFile }, ctx);
  return lookAtFile(files, ctx, await requireFile(files.deps, ctx.organizationId, fileId), ai.getFile);
};
