import { imageSize } from "image-size";

/** Formats whose decoders go by the header that is read here. */
const known: ReadonlySet<string> = new Set(["png", "jpg", "gif", "webp"]);

/** Pixels of an image, or undefined where its header says nothing usable. */
export const measureImage = (bytes: Buffer): { readonly width: number; readonly height: number } | undefined => {
  try {
    const { width, height, type = "" } = imageSize(bytes);
    return known.has(type) && width > 0 && height > 0 ? { width, height } : undefined;
  } catch {
    return undefined;
  }
};
