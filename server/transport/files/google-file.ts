import type { StoredFile } from "../../domain/files/index.ts";

/** Google's names of files are letters and digits alone: its clients cut them at anything else. */
const nameOf = ({ id }: StoredFile): string => `files/${id.slice("file_".length)}`;

/** To milliseconds, as a duration is written in JSON. */
const durationOf = (seconds: number): string => `${Number(seconds.toFixed(3))}s`;

/** https://ai.google.dev/api/files#File; its address is of this deployment. */
export const googleFile = (file: StoredFile, origin: string, sha256?: Buffer): Record<string, unknown> => {
  const seconds = file.readings?.find((reading) => reading.seconds !== undefined)?.seconds;
  const isFilm = file.mediaType.startsWith("video/");
  return {
    name: nameOf(file),
    displayName: file.filename,
    mimeType: file.mediaType,
    sizeBytes: file.bytes.toString(),
    createTime: file.createdAt.toISOString(),
    updateTime: file.createdAt.toISOString(),
    ...(file.expiresAt === null ? {} : { expirationTime: file.expiresAt.toISOString() }),
    // As Google writes it: the digits of the digest, in Base64.
    ...(sha256 === undefined ? {} : { sha256Hash: Buffer.from(sha256.toString("hex")).toString("base64") }),
    uri: `${origin}/v1beta/${nameOf(file)}`,
    state: file.state.toUpperCase(),
    source: "UPLOADED",
    ...(isFilm && seconds !== undefined ? { videoMetadata: { videoDuration: durationOf(seconds) } } : {}),
    ...(file.state === "failed" ? { error: { code: 3, message: "Its vendor could not read the file." } } : {}),
  };
};
