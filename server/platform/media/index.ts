import { pathToFileURL } from "node:url";
import type { MeasuredMedium, Medium, MediumReadings } from "../../contracts/media.ts";
import { programFile } from "../own-files.ts";
import { measureImage } from "./measure-image.ts";
import { MediaBench } from "./media-bench.ts";
import type { MeasuredRecording } from "./measure-recording.ts";
import { sniffMedia, type Container } from "./sniff-media.ts";

/** With the time its readers take to load. */
const patienceMs = 8_000;

/** Begun with the first recording or document. */
const bench = new MediaBench(pathToFileURL(programFile("server/platform/media/media-worker.ts")), patienceMs);

/** The bytes, or undefined where different readers could take the text for different bytes. */
const bytesOf = (data: string): Buffer | undefined => {
  const bytes = Buffer.from(data, "base64");
  const padding = data.endsWith("==") ? 2 : data.endsWith("=") ? 1 : 0;
  return bytes.length > 0 && bytes.length === Math.floor(((data.length - padding) * 3) / 4) ? bytes : undefined;
};

const recordingReadings = (
  { kind, field }: Pick<Medium, "kind" | "field">,
  { seconds, video, sound }: MeasuredRecording,
): MediumReadings => {
  const asVideo: MeasuredMedium = { kind: "video", field, seconds, sound };
  const asAudio: MeasuredMedium = { kind: "audio", field, seconds };
  if (!video) return [kind === "video" ? asVideo : asAudio];
  return kind === "audio" ? [asAudio, asVideo] : [asVideo];
};

/** What the file is by its own bytes, in every way a vendor may read it. */
const readingsOf = async (
  { kind, field }: Medium,
  container: Container,
  bytes: Buffer,
  owner: string,
): Promise<MeasuredMedium[]> => {
  if (container === "image") {
    const pixels = measureImage(bytes);
    return [{ kind: "image", field, ...(pixels === undefined ? {} : { pixels }) }];
  }
  const facts = await bench.look({ container, bytes }, owner);
  if (facts === undefined) return [{ kind: container === "document" ? "document" : kind, field }];
  if ("pages" in facts) {
    const { pages, textBytes } = facts;
    return [{ kind: "document", field, pages, ...(textBytes === undefined ? {} : { textBytes }) }];
  }
  return [...recordingReadings({ kind, field }, facts)];
};

/** Films are as long as they are: their packets are gone through once, one owner's after the other's. */
const filmBench = new MediaBench(pathToFileURL(programFile("server/platform/media/media-worker.ts")), 30_000, 1);

/** A file on disk, of which as little as possible is read. */
interface StoredMedium extends Pick<Medium, "kind" | "field"> {
  readonly descriptor: number;
  readonly size: number;
  /** Its first bytes. */
  readonly head: Buffer;
}

/** Measures what is too large to be held in memory: a film by its container. What cannot be measured is left as it is. */
export const measureStored = async (stored: StoredMedium, owner: string): Promise<MediumReadings> => {
  const { kind, field, descriptor, size, head } = stored;
  const isFilm = sniffMedia(head).join() === "recording";
  const facts = isFilm ? await filmBench.look({ container: "film", descriptor, size }, owner) : undefined;
  if (facts === undefined || "pages" in facts) return [{ kind, field }];
  const found = recordingReadings(stored, facts);
  return found.some((reading) => reading.kind === kind) ? found : [{ kind, field }, ...found];
};

const measureMedium = async (medium: Medium, owner: string): Promise<MediumReadings> => {
  const { kind, field, data } = medium;
  const unknown: MeasuredMedium = { kind, field };
  const bytes = data === undefined ? undefined : bytesOf(data);
  if (bytes === undefined) return [unknown];
  const found: MeasuredMedium[] = [];
  for (const container of sniffMedia(bytes)) found.push(...(await readingsOf(medium, container, bytes, owner)));
  // A file that is not what the caller says may be either.
  const [first, ...others] = found.some((reading) => reading.kind === kind) ? found : [unknown, ...found];
  return first === undefined ? [unknown] : [first, ...others];
};

/** Measures an owner's media by their bytes; what cannot be measured is left as it is. */
export const measureMedia = (media: readonly Medium[], owner: string): Promise<MediumReadings[]> =>
  Promise.all(media.map((medium) => measureMedium(medium, owner)));
