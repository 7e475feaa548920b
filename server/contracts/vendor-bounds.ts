import type { Made, MadeBound } from "./made.ts";
import type { MeasuredMedium, MediumReadings } from "./media.ts";
import type { UnitClass } from "./units.ts";

/** Tokens a medium becomes at most, in the class in which the vendor reports them. */
export interface MediumTokens {
  readonly unitClass: Extract<UnitClass, "input" | "inputAudio" | "inputImage" | "inputVideo">;
  readonly tokens: number;
}

/** What a model may return beside text without a request for it. */
export interface UnaskedOutput {
  readonly unitClass: Extract<UnitClass, "outputImage" | "outputAudio">;
  /** What one such answer takes even where the output limit is smaller. */
  readonly least: number;
}

/** A fee that the vendor takes beside tokens. `count` is what one request bills at most; undefined has no limit. */
export interface VendorFee {
  readonly unitClass: Extract<UnitClass, "request" | "search" | "page">;
  readonly count: number | undefined;
}

/** What searches of the web add to a request at most. */
export interface SearchBound {
  /** Searches that are billed. */
  readonly billed: number;
  /** How often the model reads its input: each search is read by a pass of its own, with all that came before. */
  readonly passes: number;
  /** Input tokens of one pass. */
  readonly inputTokens: number;
  /** Input that a search adds though no pass reads it. */
  readonly addedTokens?: number;
  /** Between its passes the vendor writes the prompt to its cache, for minutes. */
  readonly writesCache?: boolean;
}

/** How a vendor's documentation bounds what a request can be metered at. */
export interface VendorBounds {
  /**
   * Most tokens of a medium. Undefined: no documented figure bounds it, short of all the input a model takes;
   * `refused`: the vendor takes no such part.
   */
  readonly medium: (medium: MeasuredMedium, model: string) => readonly MediumTokens[] | "refused" | undefined;
  /** Most input a model takes, where the vendor documents it; media that cannot be measured end there. */
  readonly inputTokensMax: (model: string) => number | undefined;
  /** Whether prompts are written to the cache, at its price, without being marked for it. */
  readonly cachesUnasked: boolean;
  readonly unaskedOutput: (model: string) => UnaskedOutput | undefined;
  /** Whether the model may bill output that it does not deliver, as it stands or at all: thinking. */
  readonly hidesOutput: (model: string) => boolean;
  /** Fees of a model, and of its documents' pages. */
  readonly fees: (model: string, documentPages: number | undefined) => readonly VendorFee[];
  /** Tokens of the text a vendor puts before a request that has these tools, by their types. */
  readonly toolTokens: (toolTypes: readonly string[], model: string) => number;
  /** What so many searches add at most; undefined for a model whose search nothing bounds, and for vendors that have none. */
  readonly search?: (model: string, searches: number) => SearchBound | undefined;
  /** The most that one file or transcript is metered at; undefined where no documented figure bounds it. */
  readonly made?: (made: Made, model: string, media: readonly MediumReadings[]) => MadeBound | undefined;
}
