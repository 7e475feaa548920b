/** Tokens by what they are of. */
export interface PartTokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

export const noParts: PartTokens = { text: 0, audio: 0, image: 0 };

export const plusParts = (one: PartTokens, other: PartTokens): PartTokens => ({
  text: one.text + other.text,
  audio: one.audio + other.audio,
  image: one.image + other.image,
});

const minus = (one: PartTokens, other: PartTokens): PartTokens => ({
  text: one.text - other.text,
  audio: one.audio - other.audio,
  image: one.image - other.image,
});

export const totalOf = ({ text, audio, image }: PartTokens): number => text + audio + image;

// …/docs/guides/realtime-costs: a token for 100 ms of what a person says, for 50 of what a model says.
const msOfToken = 100;
/** What is around the content of an item. */
const frame = 16;
/** Sound that a turn may repeat of the one before, as it begins a little before the voice was heard. */
const overlapMs = 1_000;

const tokensOfSound = (ms: number): number => Math.ceil((ms + overlapMs) / msOfToken);

/** What was in the conversation when a response was asked for. */
export type Mark = PartTokens;

/**
 * How many tokens a conversation can be, at most: counted by what its client sends (a byte of text is a token, as no tokenizer
 * makes more), and by what the vendor itself counted at the last response.
 */
export class ConversationSize {
  #said: PartTokens = noParts;
  /** Sound that lies in the buffer, and belongs to no item yet. */
  #bufferedMs = 0;
  /** All that was ever put into the buffer. */
  #appendedMs = 0;
  /** What was put into it since each request to empty it that is under way. */
  #clears: number[] = [];

  /** Everything that a response asked for now can be given: what lies in the buffer may become an item until it begins. */
  get most(): PartTokens {
    return plusParts(this.#said, { text: frame, audio: tokensOfSound(this.#bufferedMs), image: 0 });
  }

  /** An item that its client has written. */
  add(tokens: PartTokens): void {
    this.#said = plusParts(this.#said, { ...tokens, text: tokens.text + frame });
  }

  append(ms: number): void {
    this.#bufferedMs += ms;
    this.#appendedMs += ms;
    this.#clears = this.#clears.map((since) => since + ms);
  }

  /** The sound in the buffer is read otherwise from now on, and is so many times as long. */
  stretch(times: number): void {
    this.#appendedMs += this.#bufferedMs * (times - 1);
    this.#bufferedMs *= times;
    this.#clears = this.#clears.map((since) => since * times);
  }

  /** The client makes an item of what is in the buffer. */
  commit(): void {
    this.#take(this.#bufferedMs);
  }

  /** The vendor made one, of what had been said between these moments; its clock may go otherwise than what was counted here. */
  turnEnded(startMs: number | undefined, endMs: number | undefined): void {
    const known = startMs !== undefined && endMs !== undefined;
    const after = known ? Math.max(this.#appendedMs - endMs, 0) : 0;
    const before = Math.max(this.#bufferedMs - after, 0);
    this.#take(known ? Math.max(before, endMs - startMs) : before);
    if (!known) this.#bufferedMs = before;
  }

  /** The client has asked for an empty buffer; until the vendor says so, it may make an item of what was in it. */
  clear(): void {
    this.#clears.push(0);
  }

  cleared(): void {
    const since = this.#clears.shift();
    if (since !== undefined) this.#bufferedMs = Math.min(this.#bufferedMs, since);
  }

  #take(ms: number): void {
    this.add({ ...noParts, audio: tokensOfSound(ms) });
    this.#bufferedMs = Math.max(this.#bufferedMs - ms, 0);
  }

  mark(): Mark {
    return this.#said;
  }

  /**
   * A response has ended. What the vendor counted of the conversation takes the place of what was counted here until the mark;
   * `counted` is undefined where it did not count all of it.
   */
  answered(mark: Mark, counted: PartTokens | undefined, made: PartTokens): void {
    const since = minus(this.#said, mark);
    this.#said = plusParts(plusParts(counted ?? mark, since), { ...made, text: made.text + frame });
  }
}
