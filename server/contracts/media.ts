import type { FilmView } from "./film-view.ts";

/** What the parts of a request that are not text can be; `other` is whatever has no rule of its own. */
export type MediumKind = "image" | "audio" | "video" | "document" | "other";

/** A medium as a request carries it. */
export interface Medium {
  /** What the caller says it is. */
  readonly kind: MediumKind;
  /** Its place in the request. */
  readonly field: string;
  /** The bytes as base64, no part of the request's text; undefined where they lie elsewhere. */
  readonly data: string | undefined;
  /** Where it is a file that was uploaded before, by our id: it was measured then. */
  readonly fileId?: string;
  /** How it is to be looked at, where it is a film. */
  readonly view?: FilmView | undefined;
}

/** One reading of a medium. What is not there could not be measured, and may be anything. */
export interface MeasuredMedium {
  readonly kind: MediumKind;
  readonly field: string;
  readonly pixels?: { readonly width: number; readonly height: number };
  readonly seconds?: number;
  /** False where a video is known to be silent. */
  readonly sound?: boolean;
  readonly pages?: number;
  /** UTF-8 bytes of a document's text. */
  readonly textBytes?: number;
  /** How the request has it looked at; nothing of the file itself. */
  readonly view?: FilmView;
}

/** What one medium may be taken for; a vendor may read it differently from what the caller says, so the dearest counts. */
export type MediumReadings = readonly [MeasuredMedium, ...MeasuredMedium[]];
