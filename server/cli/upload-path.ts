import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { NexusClient } from "@topolo/nexus-client";
import { mostInlineBytes } from "../contracts/ai/files.ts";
import { fileForm } from "../providers/_wire/file-form.ts";
import { uploadedMediaType } from "../transport/files/index.ts";
import { askForId, type AskDoor } from "./call-gateway.ts";
import { CliError } from "./cli-error.ts";

type View = Awaited<ReturnType<NexusClient["ai"]["files"]["get"]["query"]>>;

interface Asked {
  readonly provider: string;
  readonly purpose?: string | undefined;
  /** By its path where absent. */
  readonly filename?: string | undefined;
  readonly mediaType?: string | undefined;
  readonly expiresAfterSeconds?: number | undefined;
}

interface Upload {
  readonly provider: string;
  readonly filename: string;
  readonly mediaType: string;
  readonly purpose?: string;
  readonly expiresAfterSeconds?: number;
}

/** How long a file is that can be read. */
export const bytesIn = async (path: string): Promise<number> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new CliError(`${path} is no file that can be read.`);
  return found.size;
};

/** Streams a file that is too large for the typed API; its id. */
const uploadLarge = (
  ask: AskDoor,
  { path, bytes, ...upload }: Upload & { readonly path: string; readonly bytes: number },
): Promise<string> => {
  const { provider, filename, mediaType, purpose = "user_data", expiresAfterSeconds } = upload;
  // The end of a file that grows meanwhile is left out.
  const read = (from = 0, to = bytes) => createReadStream(path, { start: from, end: to - 1 });
  const file = {
    filename,
    mediaType,
    bytes,
    purpose,
    expiresAfterSeconds,
    read,
  };
  const lifetime = expiresAfterSeconds?.toString();
  const fields = {
    provider,
    purpose,
    ...(lifetime === undefined
      ? {}
      : {
          "expires_after[anchor]": "created_at",
          "expires_after[seconds]": lifetime,
        }),
  };
  const { contentType, body } = fileForm(fields, file);
  return askForId(ask, {
    method: "POST",
    path: "/v1/files",
    headers: { "content-type": contentType },
    streamed: body,
  });
};

/** Gives a file of any size to a vendor. */
export const uploadPath = async (
  nexus: NexusClient,
  ask: AskDoor,
  path: string,
  { provider, purpose, expiresAfterSeconds, ...given }: Asked,
): Promise<View> => {
  const filename = given.filename ?? basename(path);
  const mediaType = given.mediaType ?? uploadedMediaType(undefined, filename);
  const bytes = await bytesIn(path);
  const upload: Upload = {
    provider,
    filename,
    mediaType,
    ...(purpose === undefined ? {} : { purpose }),
    ...(expiresAfterSeconds === undefined ? {} : { expiresAfterSeconds }),
  };
  return bytes > mostInlineBytes
    ? nexus.ai.files.get.query({ fileId: await uploadLarge(ask, { ...upload, path, bytes }) })
    : nexus.ai.files.upload.mutate({ ...upload, data: await readFile(path, "base64") });
};
