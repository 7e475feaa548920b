import type { NumberedEvents } from "../../domain/responses/index.ts";
import { responseEvent } from "./response-events.ts";

const keepAliveMs = 15_000;

/** What is written to a reader in a long silence. */
export const keepAliveComment = ": keep-alive\n\n";

const silence = Symbol("silence");

const orSilence = (waited: Promise<void>): Promise<void | typeof silence> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(silence), keepAliveMs);
    timer.unref();
    void waited.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });

/** The events of a response in the background, in their order: each has its place as its number. */
export class RunningEvents {
  readonly #keeps: boolean;
  readonly #texts: string[] = [];
  #count = 0;
  #bytes = 0;
  #ended = false;
  #news = Promise.withResolvers<void>();

  /** Those of a response that was not asked for as a stream are read by nobody. */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The next event, not yet told. */
  next(type: string, members: object): string {
    return responseEvent(type, { ...members, sequence_number: this.#count });
  }

  add(type: string, members: object): void {
    this.push(this.next(type, members));
  }

  /** Tells what `next` made. */
  push(text: string): void {
    this.#count += 1;
    if (!this.#keeps) return;
    this.#texts.push(text);
    this.#bytes += Buffer.byteLength(text);
    this.#tell();
  }

  end(): void {
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  /** All from a number on. */
  since(first: number): NumberedEvents {
    return { first, events: this.#texts.slice(first) };
  }

  /** What comes behind a number, until the end. */
  async *follow(after: number): AsyncGenerator<string, void, void> {
    let place = after + 1;
    for (;;) {
      const { promise } = this.#news;
      for (let text = this.#texts[place]; text !== undefined; text = this.#texts[place]) {
        place += 1;
        yield text;
      }
      if (this.#ended) return;
      if (place < this.#texts.length) continue;
      if ((await orSilence(promise)) === silence) yield keepAliveComment;
    }
  }
}
