interface Pixels {
  readonly width: number;
  readonly height: number;
}

/** Squares of a side that cover an image. */
export const squaresOf = ({ width, height }: Pixels, side: number): number =>
  Math.ceil(width / side) * Math.ceil(height / side);

/** An image made smaller, never larger, until its sides are at most these. */
export const shrunkTo = ({ width, height }: Pixels, longSide: number, shortSide = longSide): Pixels => {
  const scale = Math.min(
    1,
    longSide / Math.max(width, height),
    shortSide === longSide ? 1 : shortSide / Math.min(width, height),
  );
  return { width: Math.max(width * scale, 1), height: Math.max(height * scale, 1) };
};
