import type { VideoResolution } from "./video-status.ts";
import type { Units } from "./units.ts";

interface MadeImage {
  readonly kind: "image";
  /** Width and height, such as `1024x1024`; undefined where the vendor chooses. */
  readonly size: string | undefined;
  readonly quality: string | undefined;
  /** Unfinished images that are shown beforehand. */
  readonly previews: number;
  /** How closely the images that go in are kept to. */
  readonly fidelity?: "low" | "high" | undefined;
}

interface MadeSpeech {
  readonly kind: "speech";
  /** UTF-16 units, which are at least as many as anybody counts characters. */
  readonly characters: number;
  readonly textBytes: number;
  readonly speed: number;
}

interface MadeTranscript {
  readonly kind: "transcript";
}

interface MadeRanking {
  readonly kind: "ranking";
  readonly queryBytes: number;
  /** Of each document. */
  readonly documentBytes: readonly number[];
  /** Where the caller has documents cut; the vendor's own limit where undefined. */
  readonly tokensPerDocument: number | undefined;
}

interface MadeVideo {
  readonly kind: "video";
  /** The model's usual length where undefined. */
  readonly seconds: number | undefined;
  readonly resolution: VideoResolution | undefined;
}

/** What is said in a conversation, which goes in as a whole. */
interface MadeResponse {
  readonly kind: "response";
  readonly textTokens: number;
  readonly audioTokens: number;
  readonly imageTokens: number;
  /** Whether it is spoken. */
  readonly sound: boolean;
}

/** What a request asks to be made, as far as that decides what is metered. */
export type Made = MadeImage | MadeSpeech | MadeTranscript | MadeRanking | MadeVideo | MadeResponse;

/** The most that one thing that is made is metered at. */
export interface MadeBound {
  /** Beside what goes in. */
  readonly units: Units;
  /** How often what goes in is metered by the token, too. */
  readonly metersInput: "never" | "once" | "forEach";
}
