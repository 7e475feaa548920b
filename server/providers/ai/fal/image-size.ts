/** Width and height in pixels. */
interface ImageSize {
  readonly width: number;
  readonly height: number;
}

const usual: ImageSize = { width: 1_024, height: 768 };
const million = 1_000_000;

const numbersIn = (text: string, separator: string): readonly [number, number] | undefined => {
  const [first, second] = text.split(separator).map(Number);
  return first !== undefined && second !== undefined && first > 0 && second > 0 ? [first, second] : undefined;
};

/** A size of a ratio that stays within a megapixel, in steps of sixteen. */
const withinMegapixel = (across: number, down: number): ImageSize => {
  const scale = Math.sqrt(million / (across * down));
  const step = (length: number): number => Math.max(Math.floor((length * scale) / 16) * 16, 16);
  return { width: step(across), height: step(down) };
};

/** The size that is asked for: the one that is named, one of the ratio that is named, or the usual one. */
export const imageSizeOf = (size: string | undefined, aspectRatio: string | undefined): ImageSize => {
  const pixels = size === undefined ? undefined : numbersIn(size, "x");
  if (pixels !== undefined) return { width: pixels[0], height: pixels[1] };
  const ratio = aspectRatio === undefined ? undefined : numbersIn(aspectRatio, ":");
  return ratio === undefined ? usual : withinMegapixel(...ratio);
};

/** An image is billed by its megapixels, rounded up; without a size, it is one that has no more than one. */
export const megapixelsOf = (size: string | undefined): number => {
  const { width, height } = imageSizeOf(size, undefined);
  return Math.ceil((width * height) / million);
};
