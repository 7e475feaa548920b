import { flacOf, mp3Of, opusOf, pdfOf, pngOf, stillVideoOf, waveOf } from "../../test/media-files.ts";
import type { Random } from "../faults/seeded.ts";

/** A file, and what whoever made it knows of it, in the words of the sandbox's fault `dearest`. */
export interface ShelfFile {
  readonly mediaType: string;
  readonly data: string;
  readonly truth: string;
}

const file = (mediaType: string, bytes: Buffer, truth: string): ShelfFile => ({
  mediaType,
  data: bytes.toString("base64"),
  truth,
});

const audio = async (random: Random): Promise<ShelfFile> => {
  const seconds = random.pick([1, 10, 60, 600, 3_600]);
  const said = random.pick([seconds, 1, 0]);
  switch (random.between(0, 4)) {
    case 0:
      return file("audio/flac", flacOf({ seconds, saidSeconds: said }), `audio:${seconds}`);
    case 1:
      return file(
        "audio/wav",
        waveOf({ seconds: Math.min(seconds, 100), saidBytes: 8_000 }),
        `audio:${Math.min(seconds, 100)}`,
      );
    case 2:
      return file("audio/mpeg", mp3Of(Math.min(seconds, 600)), `audio:${Math.min(seconds, 600)}`);
    case 3:
      return file(
        "audio/webm",
        await opusOf("webm", Math.min(seconds, 120), Math.max(said, 1)),
        `audio:${Math.min(seconds, 120)}`,
      );
    default:
      return file("audio/ogg", await opusOf("ogg", Math.min(seconds, 120)), `audio:${Math.min(seconds, 120)}`);
  }
};

const image = (random: Random): ShelfFile => {
  const [width, height] = [random.pick([1, 64, 512, 1_024, 3_000]), random.pick([1, 64, 512, 1_024, 3_000])];
  return file("image/png", pngOf(width, height), `image:${width}x${height}`);
};

const document = (random: Random): ShelfFile => {
  const pages = random.pick([1, 2, 20, 100]);
  const text = "x".repeat(random.pick([0, 100, 2_000]));
  const said = random.pick([pages, pages, 1, 200]);
  const bytes = pdfOf({ pages, said, text, shared: random.next() < 0.5 });
  return file("application/pdf", bytes, `document:${pages}:${pages * text.length}`);
};

const video = async (random: Random): Promise<ShelfFile> => {
  const seconds = random.pick([1, 30, 600, 3_600]);
  return file("video/mp4", await stillVideoOf(seconds, random.pick([1, 5])), `video:${seconds}:0`);
};

/** A shelf of files of every kind, honest and lying. */
export const fillShelf = async (random: Random, each: number): Promise<readonly [ShelfFile, ...ShelfFile[]]> => {
  const files = [image(random)];
  for (let n = 0; n < each; n += 1) {
    files.push(image(random), document(random), await audio(random), await video(random));
  }
  const [first, ...others] = files;
  if (first === undefined) throw new Error("an empty shelf");
  // Some say that they are something else.
  const odd = others
    .filter((_, index) => index % 9 === 0)
    .map((one) => ({ ...one, mediaType: random.pick(["image/png", "audio/wav", "video/mp4", "application/pdf"]) }));
  return [first, ...others, ...odd];
};
