/** How sound goes in and out: https://developers.openai.com/api/docs/guides/realtime-conversations#audio */
export type SoundFormat = "audio/pcm" | "audio/pcmu" | "audio/pcma";

/** 24,000 samples a second of two bytes each, or 8,000 of one. */
export const bytesPerMs = (format: SoundFormat): number => (format === "audio/pcm" ? 48 : 8);

const frameMs = 20;

/** How loud a frame is, between 0 and 1. The companded formats are read by their exponent alone. */
function loudness(frame: Buffer, format: SoundFormat): number {
  let most = 0;
  if (format === "audio/pcm") {
    for (let at = 0; at + 1 < frame.length; at += 2) most = Math.max(most, Math.abs(frame.readInt16LE(at)) / 32_768);
    return most;
  }
  for (const byte of frame) {
    const plain = format === "audio/pcmu" ? ~byte & 0xff : byte ^ 0x55;
    most = Math.max(most, ((plain & 0x70) >> 4) / 7);
  }
  return most;
}

/** What happens to a buffer in which somebody is listened for. */
export type Heard =
  | { readonly kind: "started"; readonly atMs: number }
  | { readonly kind: "stopped"; readonly atMs: number; readonly ms: number };

/**
 * Listens for turns by a simple rule: louder than a tenth of the threshold is a voice, and so much silence ends a turn.
 * https://developers.openai.com/api/docs/guides/realtime-vad
 */
export class TurnDetector {
  #rest: Buffer = Buffer.of();
  #atMs = 0;
  #startMs: number | undefined;
  #quietMs = 0;

  hear(
    sound: Buffer,
    format: SoundFormat,
    turns: {
      readonly threshold: number;
      readonly prefixMs: number;
      readonly silenceMs: number;
    },
  ): readonly Heard[] {
    const found: Heard[] = [];
    const size = frameMs * bytesPerMs(format);
    let all = Buffer.concat([this.#rest, sound]);
    while (all.length >= size) {
      const loud = loudness(all.subarray(0, size), format) > turns.threshold / 10;
      all = all.subarray(size);
      this.#atMs += frameMs;
      if (loud && this.#startMs === undefined) {
        this.#startMs = Math.max(this.#atMs - frameMs - turns.prefixMs, 0);
        found.push({ kind: "started", atMs: this.#startMs });
      }
      this.#quietMs = loud ? 0 : this.#quietMs + frameMs;
      if (this.#startMs !== undefined && this.#quietMs >= turns.silenceMs) {
        found.push({ kind: "stopped", atMs: this.#atMs, ms: this.#atMs - this.#startMs });
        this.#startMs = undefined;
      }
    }
    this.#rest = all;
    return found;
  }

  /** What was begun is forgotten. */
  forget(): void {
    this.#rest = Buffer.of();
    this.#startMs = undefined;
    this.#quietMs = 0;
  }
}
