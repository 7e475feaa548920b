import type { FileView } from "../../contracts/ai/files.ts";
import type { StoredFile } from "../../domain/files/index.ts";
import type { Gateway } from "../../gateway/gateway.ts";

/** A file as callers see it. */
export const viewFile = ({ credentialOf }: Pick<Gateway, "credentialOf">, file: StoredFile): FileView => ({
  id: file.id,
  provider: file.vendor,
  filename: file.filename,
  mediaType: file.mediaType,
  bytes: file.bytes,
  purpose: file.purpose,
  credentialTier: file.credentialTier,
  available: credentialOf(file.organizationId, file.vendor, file.credentialId) !== undefined,
  state: file.state,
  seconds: file.readings?.find(({ seconds }) => seconds !== undefined)?.seconds ?? null,
  appId: file.appId,
  userId: file.userId,
  createdAt: file.createdAt.toISOString(),
  expiresAt: file.expiresAt?.toISOString() ?? null,
});
