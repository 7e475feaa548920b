import type { Made } from "../../contracts/made.ts";
import type { Medium, MediumReadings } from "../../contracts/media.ts";

/** What a request demands of a route. */
export interface RequestNeeds {
  readonly tools: boolean;
  readonly images: boolean;
  readonly json: boolean;
  /** A search of the web by the vendor. */
  readonly search?: boolean;
  /** The field that asks for an answer that is spoken. */
  readonly spoken?: string;
}

/** How large a request can get, known before it leaves. */
export interface RequestSize {
  /** UTF-8 bytes of everything that can become input tokens; no tokenizer makes more tokens than bytes. */
  readonly textBytes: number;
  /** What is no text; its bytes are no part of `textBytes`. */
  readonly media: readonly Medium[];
  /** The type of each tool that is declared; vendors put text of their own before some. */
  readonly toolTypes: readonly string[];
  /** The caller's output limit; undefined asks for the model's own. 0 for operations without output tokens. */
  readonly maxOutputTokens: number | undefined;
  /** Answers per request (OpenAI's `n`); each may reach the output limit. */
  readonly choices: number;
  /** The request asks the vendor to write its prompt cache, which costs more than plain input. */
  readonly writesCache: boolean;
  /** Searches of the web that the vendor may make at most; none where absent. */
  readonly searches?: number | undefined;
  /** The answer is spoken, so that any of its tokens may be one of sound. */
  readonly spoken?: true;
  /** What is to be made beside text, `choices` times. */
  readonly made?: Made;
}

/** Of an operation that has no output tokens. */
export const sizeOfInput = (textBytes: number, media: readonly Medium[] = []): RequestSize => ({
  textBytes,
  media,
  toolTypes: [],
  maxOutputTokens: 0,
  choices: 1,
  writesCache: false,
});

/** The same once its media have been looked into. */
export interface MeasuredSize extends Omit<RequestSize, "media"> {
  readonly media: readonly MediumReadings[];
}
