import { parentPort } from "node:worker_threads";
import type { MeasuredDocument } from "./measure-document.ts";
import type { MeasuredRecording } from "./measure-recording.ts";

/** A file to be looked into, away from the thread that answers callers. */
export interface MediaJob {
  readonly id: number;
  readonly container: "recording" | "document";
  readonly bytes: Uint8Array;
}

/** `facts` is absent where the file could not be read. */
export interface MediaFinding {
  readonly id: number;
  readonly facts?: MeasuredRecording | MeasuredDocument;
}

const port = parentPort;
if (port === null) throw new Error("media-worker.ts is the entry of a worker thread");

/** The readers are large, and each is loaded with the first file that needs it. */
const factsOf = async ({ container, bytes }: MediaJob): Promise<MediaFinding["facts"]> => {
  if (container === "recording") {
    const { measureRecording } = await import("./measure-recording.ts");
    return measureRecording(Buffer.from(bytes));
  }
  const { measureDocument } = await import("./measure-document.ts");
  return measureDocument(bytes);
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
