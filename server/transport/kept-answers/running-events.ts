import type { NumberedEvents } from "../../domain/responses/index.ts";
import type { AnswerEvent, KeptWire } from "./kept-wire.ts";

const keepAliveMs = 15_000;

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

/** The events of an answer in the background, in their order: each has its place as its number. */
export class RunningEvents {
  readonly #wire: Pick<KeptWire, "write" | "keepAlive" | "done">;
  readonly #keeps: boolean;
  readonly #texts: string[] = [];
  #count = 0;
  #bytes = 0;
  #ended = false;
  #news = Promise.withResolvers<void>();

  /** Those of an answer that was not asked for as a stream are read by nobody. */
  constructor(wire: Pick<KeptWire, "write" | "keepAlive" | "done">, keeps: boolean) {
    this.#wire = wire;
    this.#keeps = keeps;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The next event, not yet told. */
  next(event: AnswerEvent): string {
    return this.#wire.write(event, this.#count);
  }

  add(event: AnswerEvent): void {
    this.push(this.next(event));
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
      if (this.#ended) break;
      if (place < this.#texts.length) continue;
      if ((await orSilence(promise)) === silence) yield this.#wire.keepAlive;
    }
    if (this.#wire.done !== "") yield this.#wire.done;
  }
}
