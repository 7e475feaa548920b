import { createHash } from "node:crypto";
import { ai } from "../../contracts/ai.ts";
import type { AiVendorFiles } from "../../contracts/ai-vendor-files.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { abandonUpload, beginUpload, findUpload, finishUpload, type UploadKey } from "../../domain/files/index.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import { fileIdOf } from "../../contracts/file-id.ts";
import type { CredentialRef } from "../../domain/credentials/index.ts";
import { idempotencyKeyOf } from "../../domain/idempotency/index.ts";
import { NexusError } from "../../errors.ts";
import { fileRequest } from "../../families/ai/index.ts";
import { ask } from "../../gateway/ask.ts";
import { newId } from "../../platform/ids.ts";
import type { SpooledFile } from "../../platform/spooled-file.ts";
import { requireFileUse, type FilesDeps } from "./files-deps.ts";
import { measureFile } from "./measure-file.ts";

/** What is asked of a vendor with a file. */
export interface AskedUpload {
  readonly provider: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly purpose: string | undefined;
  readonly expiresAfterSeconds: number | undefined;
}

const keyOf = (ctx: CallContext, asked: AskedUpload, { sha256 }: SpooledFile): UploadKey | undefined => {
  const { idempotencyKey } = ctx;
  if (idempotencyKey === undefined) return undefined;
  const { provider, filename, mediaType, purpose = null, expiresAfterSeconds = null } = asked;
  const told = [provider, filename, mediaType, purpose, expiresAfterSeconds, sha256.toString("hex")];
  return {
    key: idempotencyKeyOf(ctx, ai.uploadFile.id, idempotencyKey),
    fingerprint: createHash("sha256").update(JSON.stringify(told)).digest(),
  };
};

const invalid = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** What the vendor would refuse; its purpose where none was named. */
const requireFit = (
  { purposes, mostBytes, lifetime }: AiVendorFiles,
  { purpose = purposes[0], expiresAfterSeconds: seconds }: AskedUpload,
  { bytes }: SpooledFile,
): string => {
  if (!purposes.includes(purpose)) throw invalid("purpose", `one of ${purposes.join(", ")}`);
  if (bytes > mostBytes)
    throw new NexusError("PAYLOAD_TOO_LARGE", {
      message: `The vendor takes files of at most ${mostBytes} bytes.`,
      details: { maxBytes: mostBytes },
    });
  if (bytes === 0) throw invalid("file", "a file that is not empty");
  if (seconds === undefined) return purpose;
  if (lifetime === undefined)
    throw invalid("expiresAfterSeconds", "nothing: the vendor keeps files for a time of its own");
  const { leastSeconds, mostSeconds } = lifetime;
  if (seconds < leastSeconds || seconds > mostSeconds)
    throw invalid("expiresAfterSeconds", `${leastSeconds} to ${mostSeconds}`);
  return purpose;
};

interface Unnoted {
  readonly rowId: string;
  readonly vendor: string;
  readonly credentialId: string;
  readonly vendorFileId: string;
}

/** Deletes at its vendor what could not be noted here: nobody would ever find it. */
const takeBack = async (
  { gateway, deps }: FilesDeps,
  ctx: CallContext,
  { rowId, vendorFileId, ...where }: Unnoted,
): Promise<void> => {
  try {
    const place = { file: { id: fileIdOf(rowId), ...where } };
    await ask(
      gateway,
      fileRequest({ operation: ai.uploadFile, place, ask: ({ files, io }) => files.remove(vendorFileId, io) }),
      ctx,
    );
  } catch (error) {
    deps.log.warn({ err: error, ...where, vendorFileId }, "a file that could not be noted is still at its vendor");
  }
};

/**
 * Uploads a file to the vendor, under the credential that pays for the caller's calls there. A repeat under the same
 * idempotency key is given the first file.
 */
export const storeFile = async (
  files: FilesDeps,
  ctx: CallContext,
  asked: AskedUpload,
  file: SpooledFile,
): Promise<StoredFile> => {
  requireFileUse(files, ctx, ai.uploadFile);
  const { deps, gateway } = files;
  const key = keyOf(ctx, asked, file);
  const known = key && (await findUpload(deps, key));
  if (known !== undefined) return known;
  const { filename, mediaType, expiresAfterSeconds } = asked;
  const readings = await measureFile(file, mediaType, ctx.organizationId);
  const rowId = newId();
  let begun: CredentialRef | undefined;
  let vendorFileId: string | undefined;
  try {
    const { answer } = await ask(
      gateway,
      fileRequest({
        operation: ai.uploadFile,
        place: { provider: asked.provider },
        takesTime: true,
        ask: async ({ files: vendor, credential, io }) => {
          const purpose = requireFit(vendor, asked, file);
          const { bytes, read } = file;
          await beginUpload(deps, ctx, {
            rowId,
            vendor: asked.provider,
            credentialId: credential.id,
            credentialTier: credential.tier,
            filename,
            mediaType,
            purpose,
            bytes,
            readings,
            key,
          });
          begun = credential;
          return vendor.upload({ filename, mediaType, bytes, purpose, expiresAfterSeconds, read }, io);
        },
      }),
      ctx,
    );
    vendorFileId = answer.vendorFileId;
    return await finishUpload(deps, ctx, rowId, answer);
  } catch (error) {
    if (begun) {
      await abandonUpload(deps, ctx, rowId).catch((failure: unknown) =>
        deps.log.warn({ err: failure }, "an upload that failed is still noted as on its way"),
      );
      if (vendorFileId !== undefined)
        await takeBack(files, ctx, { vendor: asked.provider, credentialId: begun.id, rowId, vendorFileId });
    }
    throw error;
  }
};
