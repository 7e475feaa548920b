import type { Units } from "./units.ts";

/** What a request asks to be made beside text, as far as that decides what is metered. */
export interface Made {
  readonly kind: "image";
  /** Width and height, such as `1024x1024`; undefined where the vendor chooses. */
  readonly size: string | undefined;
  readonly quality: string | undefined;
  /** Unfinished images that are shown beforehand. */
  readonly previews: number;
}

/** The most that one thing that is made is metered at. */
export interface MadeBound {
  /** Beside what goes in. */
  readonly units: Units;
  /** What goes in is metered by the token, too. */
  readonly metersInput: boolean;
}
