import { parentPort } from "node:worker_threads";
import type { MeasuredDocument } from "./measure-document.ts";
import type { MeasuredRecording } from "./measure-recording.ts";

/** A file to be looked into, away from the thread that answers callers. */
export type MediaJob = { readonly id: number } & MediaLook;

/** What is looked into: bytes, or a film on disk by its descriptor, of which the reader takes what it needs. */
export type MediaLook =
  | { readonly container: "recording" | "document"; readonly bytes: Uint8Array }
  | {
      readonly container: "film";
      readonly descriptor: number;
      readonly size: number;
    };

/** `facts` is absent where the file could not be read. */
export interface MediaFinding {
  readonly id: number;
  readonly facts?: MeasuredRecording | MeasuredDocument;
}

const port = parentPort;
if (port === null) throw new Error("media-worker.ts is the entry of a worker thread");

/** The readers are large, and each is loaded with the first file that needs it. */
const factsOf = async (job: MediaJob): Promise<MediaFinding["facts"]> => {
  if (job.container === "film") {
    const { measureFilm } = await import("./measure-film.ts");
    return measureFilm(job.descriptor, job.size);
  }
  if (job.container === "recording") {
    const { measureRecording } = await import("./measure-recording.ts");
    return measureRecording(Buffer.from(job.bytes));
  }
  const { measureDocument } = await import("./measure-document.ts");
  return measureDocument(job.bytes);
};

const look = async (job: MediaJob): Promise<MediaFinding> => {
  try {
    const facts = await factsOf(job);
    return facts === undefined ? { id: job.id } : { id: job.id, facts };
  } catch {
    return { id: job.id };
  }
};

port.on("message", (job: MediaJob) => {
  void look(job).then((finding) => port.postMessage(finding));
});
