import { hash } from "node:crypto";
import { objectOf, stringOf, type JsonObject } from "../read-json.ts";

/** A file that a vendor keeps. */
export interface ShelvedFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  /** Base64. */
  readonly data: string;
  readonly bytes: number;
  readonly purpose: string;
  readonly createdMs: number;
  readonly expiresMs: number | undefined;
}

/** What one key reaches: another key's files are not there. */
export interface AccountFiles {
  readonly put: (id: (digest: string) => string, file: Omit<ShelvedFile, "id">) => ShelvedFile;
  readonly get: (id: string) => ShelvedFile | undefined;
  /** Newest first. */
  readonly list: () => readonly ShelvedFile[];
  readonly remove: (id: string) => boolean;
  /** Batches of the same key, by their ids, oldest first. */
  readonly batches: Map<string, ShelvedBatch>;
  /** What a vendor makes for the same key, by the ids of the requests. */
  readonly jobs: Map<string, ShelvedJob>;
  /** Uploads that come in pieces, by the ids of their sessions. */
  readonly uploads: Map<string, ShelvedUpload>;
  /** How often each file was asked after. */
  readonly looks: Map<string, number>;
  /** Puts a file where anybody finds it who knows its name. */
  readonly publish: (name: string, file: PublishedFile) => void;
}

/** Something that a vendor makes: it goes on a step each time it is looked at. */
export interface ShelvedJob {
  readonly id: string;
  readonly model: string;
  readonly body: JsonObject;
  readonly createdMs: number;
  state: "queued" | "running" | "completed" | "cancelled";
  /** What it made has been handed over, and with that billed. */
  collected: boolean;
}

/** A file on its way, in pieces. */
export interface ShelvedUpload {
  readonly name: string;
  readonly mediaType: string;
  readonly length: number;
  readonly pieces: Buffer[];
  received: number;
  /** The file that became of it. */
  made?: string;
}

/** A file at an address of the vendor's, for which no key is asked. */
export interface PublishedFile {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** One request of a batch, and what came of it. */
export interface ShelvedLine {
  readonly customId: string;
  readonly body: JsonObject;
}

/** A batch that a vendor works on: it goes on a step each time it is looked at. */
export interface ShelvedBatch {
  readonly id: string;
  readonly endpoint: string;
  readonly inputFileId: string;
  readonly metadata: JsonObject;
  readonly createdMs: number;
  readonly lines: readonly ShelvedLine[];
  readonly faults: readonly JsonObject[];
  state: string;
  cancelledMs: number | undefined;
  endedMs: number | undefined;
  /** Lines of the answers, and of what was not answered. */
  answers: readonly JsonObject[];
  errors: readonly JsonObject[];
  outputs: { readonly answers: string | null; readonly errors: string | null };
}

/** The files of all accounts, until they expire. */
export interface FileShelf {
  readonly of: (account: string) => AccountFiles;
  readonly published: ReadonlyMap<string, PublishedFile>;
  readonly clear: () => void;
}

export function createFileShelf(now: () => number): FileShelf {
  const accounts = new Map<string, Map<string, ShelvedFile>>();
  const batchesOf = new Map<string, Map<string, ShelvedBatch>>();
  const jobsOf = new Map<string, Map<string, ShelvedJob>>();
  const uploadsOf = new Map<string, Map<string, ShelvedUpload>>();
  const looksOf = new Map<string, Map<string, number>>();
  const published = new Map<string, PublishedFile>();
  let count = 0;
  const isKept = ({ expiresMs }: ShelvedFile): boolean => expiresMs === undefined || expiresMs > now();
  return {
    of: (account) => {
      const files = accounts.get(account) ?? new Map<string, ShelvedFile>();
      accounts.set(account, files);
      const batches = batchesOf.get(account) ?? new Map<string, ShelvedBatch>();
      batchesOf.set(account, batches);
      const jobs = jobsOf.get(account) ?? new Map<string, ShelvedJob>();
      jobsOf.set(account, jobs);
      const uploads = uploadsOf.get(account) ?? new Map<string, ShelvedUpload>();
      uploadsOf.set(account, uploads);
      const looks = looksOf.get(account) ?? new Map<string, number>();
      looksOf.set(account, looks);
      return {
        put: (id, told) => {
          const file = { ...told, id: id(hash("sha256", `${account} ${(count += 1)}`)) };
          files.set(file.id, file);
          return file;
        },
        get: (id) => {
          const file = files.get(id);
          return file !== undefined && isKept(file) ? file : undefined;
        },
        list: () => [...files.values()].filter(isKept).toReversed(),
        remove: (id) => files.delete(id),
        batches,
        jobs,
        uploads,
        looks,
        publish: (name, file) => void published.set(name, file),
      };
    },
    published,
    clear: () => {
      accounts.clear();
      batchesOf.clear();
      jobsOf.clear();
      uploadsOf.clear();
      looksOf.clear();
      published.clear();
    },
  };
}

/** The file of a form; undefined without one. */
export function uploadIn(
  body: unknown,
): { readonly name: string; readonly mediaType: string; readonly data: string; readonly bytes: number } | undefined {
  const file = objectOf(objectOf(body)["file"]);
  const data = stringOf(file["data"]);
  if (typeof file["name"] !== "string") return undefined;
  return {
    name: file["name"],
    mediaType: stringOf(file["mediaType"]) || "application/octet-stream",
    data,
    bytes: Buffer.from(data, "base64").byteLength,
  };
}
