import type { FeeSchedule } from "./fee-schedule.ts";
import type { FamilyName } from "./operation.ts";
import type { UnitClass } from "./units.ts";

/** A price of a vendor's own list. */
export interface WrittenPrice {
  readonly model: string;
  /**
   * By the catalogue's names: US dollars for a million characters, an hour of sound that goes in, a million tokens, or a
   * thousand searches; by names of ours for an image, a megapixel of it, or a second of a video.
   */
  readonly prices: {
    readonly output_images?: number;
    readonly output_megapixels?: number;
    readonly output_video_seconds?: number;
    readonly output_video_seconds_1080p?: number;
    readonly output_video_seconds_4k?: number;
    readonly input_mchars?: number;
    readonly input_audio_hours?: number;
    readonly input_mtok?: number;
    readonly web_searches_kcount?: number;
  };
  readonly source: string;
}

/** Where the bundled catalogue has a vendor's prices, and what of its billing the catalogue does not say. */
export interface PriceCatalogue {
  /** The catalogue's own name for the vendor; absent where it does not have it, and `listed` is all there is. */
  readonly id?: string;
  /** Classes that a model bills at its input's rate where the catalogue lists none for them, beside those of all vendors. */
  readonly billedAsInput?: (model: string) => readonly UnitClass[];
  /** Classes that a model bills at its output's rate where the catalogue lists none for them. */
  readonly billedAsOutput?: (model: string) => readonly UnitClass[];
  /** Classes whose rate is not the whole price of a model, so that they stay unpriced. */
  readonly unpriced?: (model: string) => readonly UnitClass[];
  /** US dollars for a thousand searches of the web, for models for which the catalogue lists none. */
  readonly searchesAt?: (model: string) => number | undefined;
  /**
   * Models, by their exact names, for which the vendor says that it takes nothing. The catalogue has no price for them, and
   * a missing price is not zero: without this they are not called.
   */
  readonly free?: readonly string[];
  /** Models that the catalogue leaves out, by their exact names, each with the vendor's page that has the price. */
  readonly listed?: readonly WrittenPrice[];
  /** Sells other vendors' models at their makers' rates; the catalogue names whose. */
  readonly resells?: boolean;
}

/** A vendor as prices know it; one without a catalogue has the prices that an operator sets. */
export interface PricedVendor {
  readonly family?: FamilyName;
  readonly catalogue?: PriceCatalogue;
  readonly fees?: FeeSchedule;
}
