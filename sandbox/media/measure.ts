import { imageSize } from "image-size";

export interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** What is not sent along, but fetched by the vendor, is taken to be of this size. */
export const unseen: Pixels = { width: 1_024, height: 1_024 };

/** Pixels of an image by its header. */
export function pixelsOf(base64: string): Pixels {
  try {
    const { width, height } = imageSize(Buffer.from(base64, "base64"));
    return width > 0 && height > 0 ? { width, height } : unseen;
  } catch {
    return unseen;
  }
}

/** The same image no larger than a square of that edge. */
export function fitWithin({ width, height }: Pixels, edge: number): Pixels {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: width * scale, height: height * scale };
}

/** Seconds of a wave by its header, or of any other recording as given. */
export function secondsOf(base64: string, otherwise: number): number {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("latin1", 0, 4) !== "RIFF" || bytes.toString("latin1", 8, 12) !== "WAVE") return otherwise;
  const format = bytes.indexOf("fmt ", 12, "latin1");
  const data = bytes.indexOf("data", 12, "latin1");
  if (format < 0 || data < 0 || bytes.length < Math.max(format + 20, data + 8)) return otherwise;
  const bytesPerSecond = bytes.readUInt32LE(format + 16);
  const length = Math.min(bytes.readUInt32LE(data + 4), bytes.length - data - 8);
  return bytesPerSecond > 0 ? length / bytesPerSecond : otherwise;
}

/** Channels of a wave by its header; one of any other recording. */
export function channelsOf(base64: string): number {
  const bytes = Buffer.from(base64.slice(0, 1_024), "base64");
  const format = bytes.indexOf("fmt ", 12, "latin1");
  return format < 0 || bytes.length < format + 12 ? 1 : Math.max(1, bytes.readUInt16LE(format + 10));
}

/** Pages of a PDF whose objects stand in the open; one where none can be seen. */
export const pagesOf = (base64: string): number =>
  Math.max(
    1,
    Buffer.from(base64, "base64")
      .toString("latin1")
      .match(/\/Type\s*\/Page(?![a-zA-Z])/g)?.length ?? 0,
  );
