import { decodedLength } from "./measure-item.ts";

/** Kept of what belongs to no turn yet: nearly six minutes. */
const maxBytes = 16 * 1024 * 1024;
/** A piece takes more than its bytes. */
const leastBytes = 256;
/** After so long a vendor that listens for turns has said whether there is one. */
const unheardMs = 60_000;

interface Piece {
  readonly bytes: Buffer;
  /** Its place in all that was ever put into the buffer. */
  readonly startMs: number;
  readonly endMs: number;
  readonly startByte: number;
  readonly cameAtMs: number;
}

/** Where the buffer ended when its client asked for something that its vendor has not confirmed yet. */
interface Mark {
  readonly does: "commit" | "clear";
  readonly atMs: number;
  readonly eventId: string | undefined;
}

interface Appended {
  readonly bytesPerMs: number;
  /** Turns are to be transcribed. */
  readonly kept: boolean;
  /** The vendor listens for turns: what it hears nothing in belongs to none. */
  readonly listens: boolean;
}

const costOf = ({ bytes }: Piece): number => Math.max(bytes.length, leastBytes);

/** The sound in a session's buffer, until it is known which turn it belongs to. */
export class TurnSound {
  readonly #now: () => number;
  #pieces: Piece[] = [];
  #weight = 0;
  #endMs = 0;
  #endByte = 0;
  /** What lies before it is part of an item, was cleared, or came when there were to be no transcripts. */
  #fromMs = 0;
  /** What lies before it was too much. */
  #keptFromMs = 0;
  #speaking = false;
  #marks: Mark[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  append(audio: string, { bytesPerMs, kept, listens }: Appended): void {
    const length = decodedLength(audio);
    const [startMs, startByte, cameAtMs] = [this.#endMs, this.#endByte, this.#now()];
    this.#endMs += length / bytesPerMs;
    this.#endByte += length;
    if (!kept) return this.#take(this.#endMs);
    const bytes = Buffer.from(audio, "base64");
    const piece = { bytes, startMs, endMs: this.#endMs, startByte, cameAtMs };
    this.#pieces.push(piece);
    this.#weight += costOf(piece);
    const silent = listens && !this.#speaking;
    for (let [first] = this.#pieces; first !== undefined; [first] = this.#pieces) {
      if (this.#weight <= maxBytes && !(silent && first.cameAtMs < cameAtMs - unheardMs)) break;
      this.#keptFromMs = first.endMs;
      this.#drop(first.endMs);
    }
  }

  /** The vendor hears somebody. */
  started(): void {
    this.#speaking = true;
  }

  /** The client asks for an item, or an empty buffer. */
  mark(does: "commit" | "clear", eventId: string | undefined): void {
    this.#marks.push({ does, atMs: this.#endMs, eventId });
  }

  /** The vendor has refused what an event asked for. */
  refused(eventId: unknown): void {
    if (eventId !== undefined) this.#marks = this.#marks.filter((mark) => mark.eventId !== eventId);
  }

  cleared(): void {
    this.#take(this.#next("clear") ?? this.#endMs);
  }

  /** The sound of an item that the client asked for; undefined where it was too long to be kept. */
  committed(): Buffer | undefined {
    return this.#cut(this.#fromMs, this.#next("commit") ?? this.#endMs);
  }

  /** The sound of a turn that the vendor found, likewise; by its own clock, which may go otherwise than what was counted here. */
  turn(startMs = this.#fromMs, endMs = this.#endMs): Buffer | undefined {
    const from = Math.max(startMs, this.#fromMs);
    this.#speaking = false;
    return from < Math.min(endMs, this.#endMs) ? this.#cut(from, endMs) : this.#cut(this.#fromMs, this.#endMs);
  }

  #next(does: Mark["does"]): number | undefined {
    const at = this.#marks.findIndex((mark) => mark.does === does);
    const [mark] = at < 0 ? [] : this.#marks.splice(at, 1);
    return mark?.atMs;
  }

  #cut(fromMs: number, toMs: number): Buffer | undefined {
    // A clock of whole milliseconds may begin one too early.
    const whole = fromMs + 1 >= this.#keptFromMs;
    const parts = this.#pieces.flatMap(({ bytes, startMs, endMs, startByte }) => {
      if (endMs <= fromMs || startMs >= toMs) return [];
      // Samples of two bytes stay together.
      const at = (ms: number): number => {
        const offset = Math.round(((ms - startMs) / (endMs - startMs)) * bytes.length);
        return Math.min(Math.max(offset - ((startByte + offset) % 2), 0), bytes.length);
      };
      return [bytes.subarray(fromMs <= startMs ? 0 : at(fromMs), toMs >= endMs ? bytes.length : at(toMs))];
    });
    this.#take(toMs);
    return whole ? Buffer.concat(parts) : undefined;
  }

  #take(toMs: number): void {
    this.#fromMs = Math.max(this.#fromMs, toMs);
    this.#drop(toMs);
  }

  #drop(beforeMs: number): void {
    let ended = this.#pieces.findIndex(({ endMs }) => endMs > beforeMs);
    if (ended < 0) ended = this.#pieces.length;
    for (const piece of this.#pieces.splice(0, ended)) this.#weight -= costOf(piece);
  }
}
