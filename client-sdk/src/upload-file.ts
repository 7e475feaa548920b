import { explainedFetch } from "./explained-fetch.ts";
import type { NexusClient } from "./nexus-client.ts";
import { NexusClientError, toNexusClientError, type NexusEffect, type NexusFieldIssue } from "./nexus-client-error.ts";
import type { NexusOutputs } from "./types.ts";

/** A file of any size that a vendor takes. */
export interface FileToUpload {
  /** The vendor that is to keep it, such as `google`: models of that vendor can read it. */
  readonly provider: string;
  /** Its name, without a path. */
  readonly filename: string;
  /** Its IANA media type; by its name where absent. */
  readonly mediaType?: string;
  /** What the vendor is told that it is for; `user_data` where absent. */
  readonly purpose?: string;
  /** The vendor deletes it then; kept until it is deleted where absent. */
  readonly expiresAfterSeconds?: number;
  /** Its contents: a `Blob` (of a path in Node: `await openAsBlob(path)`), or what comes piece by piece, such as `createReadStream(path)`. */
  readonly data: Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Options of an upload. */
export interface UploadFileOptions {
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** A repeat under the same key is given the first file. */
  readonly idempotencyKey?: string;
}

/** A file that a vendor keeps, as `ai.files.get` tells of it. */
export type UploadedFile = NexusOutputs["ai"]["files"]["get"];

/** Where a client uploads to, and who it is. */
interface UploadWay {
  readonly origin: string;
  readonly headers: () => Promise<Record<string, string>>;
  readonly fetch: typeof globalThis.fetch;
}

const ways = new WeakMap<object, UploadWay>();

/** Has a client upload by this way. */
export const setUploadWay = (client: object, way: UploadWay): void => void ways.set(client, way);

const escaped = (name: string): string => name.replace(/["\r\n]/g, encodeURIComponent);

const fieldsOf = ({ provider, purpose = "user_data", expiresAfterSeconds: seconds }: FileToUpload) => {
  const lives = { "expires_after[anchor]": "created_at", "expires_after[seconds]": String(seconds) };
  return Object.entries({ provider, purpose, ...(seconds === undefined ? {} : lives) });
};

async function* formOf(
  file: FileToUpload,
  data: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<Uint8Array> {
  const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
  const head = (name: string): string => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`;
  const { filename, mediaType = "application/octet-stream" } = file;
  for (const [name, value] of fieldsOf(file)) yield encoded(`${head(name)}\r\n\r\n${value}\r\n`);
  yield encoded(`${head("file")}; filename="${escaped(filename)}"\r\ncontent-type: ${mediaType}\r\n\r\n`);
  yield* data;
  yield encoded(`\r\n--${boundary}--\r\n`);
}

interface SentBody {
  readonly body: FormData | ReadableStream<Uint8Array>;
  readonly duplex?: "half";
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of the request, which is never in memory as a whole. */
const bodyOf = (file: FileToUpload): SentBody => {
  const { data, filename, mediaType } = file;
  if (data instanceof Blob) {
    const form = new FormData();
    for (const [name, value] of fieldsOf(file)) form.append(name, value);
    form.append("file", mediaType === undefined ? data : new Blob([data], { type: mediaType }), filename);
    return { body: form };
  }
  const boundary = globalThis.crypto.randomUUID();
  const chunks = formOf(file, data, boundary);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void chunks.return(undefined),
  });
  return {
    body,
    duplex: "half",
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  };
};

const memberOf = (value: unknown, name: string): unknown => Object(value)[name];

/** What a door says when it refuses. */
interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly effect: NexusEffect;
  readonly issues?: readonly NexusFieldIssue[];
  readonly details?: Readonly<Record<string, unknown>>;
}

/** `effect` is a word of Nexus alone: whoever says it says the rest, too. */
const isRefusal = (error: unknown): error is Refusal => typeof memberOf(error, "effect") === "string";

const refusalOf = (answer: unknown): NexusClientError => {
  const error = memberOf(answer, "error");
  return isRefusal(error) ? NexusClientError.ofTold(error) : toNexusClientError(answer, undefined);
};

/**
 * Gives a vendor a file, as a stream: up to two gigabytes at Google, 512 MB at OpenAI and 500 MB at Anthropic. Calls refer
 * to it by its `id`, as the `fileId` of a file part. Smaller ones can go through `nexus.ai.files.upload`, too.
 *
 * @example
 * const film = await uploadFile(nexus, { provider: "google", filename: "tour.mp4", data: await openAsBlob("tour.mp4") });
 * const content = [{ type: "text", text: "What is shown?" }, { type: "file", mediaType: film.mediaType, fileId: film.id }];
 */
export const uploadFile = async (
  nexus: Pick<NexusClient, "ai">,
  file: FileToUpload,
  { signal, idempotencyKey }: UploadFileOptions = {},
): Promise<UploadedFile> => {
  const way = ways.get(nexus);
  if (way === undefined) throw new TypeError("No Nexus client.");
  const ended = signal === undefined ? {} : { signal };
  try {
    const { headers, ...sent } = bodyOf(file);
    const key: Record<string, string> = idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey };
    const answer = await explainedFetch(way.fetch)(`${way.origin}/v1/files`, {
      method: "POST",
      ...sent,
      headers: { ...(await way.headers()), ...key, ...headers },
      ...ended,
    });
    const document: unknown = await answer.json();
    if (!answer.ok) throw refusalOf(document);
    return await nexus.ai.files.get.query({ fileId: String(memberOf(document, "id")) }, ended);
  } catch (error) {
    throw toNexusClientError(error, signal);
  }
};
