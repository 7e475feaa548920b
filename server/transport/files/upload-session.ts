import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { spoolFile, type SpooledFile } from "../../platform/spooled-file.ts";
import { invalidFileField } from "./file-query.ts";
import { inUploadRoom } from "./upload-room.ts";

/** What was said of a file before its first byte. */
export interface AnnouncedFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: number;
}

/** An upload that comes in several requests. What has come is on disk without a name, as that of every other is. */
export class UploadSession {
  readonly ctx: CallContext;
  readonly announced: AnnouncedFile;
  #received = 0;
  #busy = false;
  readonly #sink = new PassThrough();
  readonly #file: Promise<SpooledFile>;
  readonly #leaveRoom: () => void;

  private constructor(ctx: CallContext, announced: AnnouncedFile, leaveRoom: () => void) {
    this.ctx = ctx;
    this.announced = announced;
    this.#leaveRoom = leaveRoom;
    this.#file = spoolFile(this.#sink);
    this.#file.catch(() => undefined);
  }

  /** Begins one where there is room for all of its bytes. */
  static async begin(ctx: CallContext, announced: AnnouncedFile): Promise<UploadSession> {
    const admitted = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const stay = inUploadRoom({ organizationId: ctx.organizationId, bytes: announced.bytes }, () => {
      admitted.resolve();
      return ended.promise;
    });
    await Promise.race([admitted.promise, stay]);
    return new UploadSession(ctx, announced, ended.resolve);
  }

  get received(): number {
    return this.#received;
  }

  /** One request's work at it. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new NexusError("CONFLICT", { message: "Another request is sending a piece of this upload." });
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  /** Takes a piece, no faster than the disk does. */
  async take(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) {
      if (this.#received + chunk.byteLength > this.announced.bytes)
        throw invalidFileField("body", `${this.announced.bytes} bytes in all, as was said at the start`);
      this.#received += chunk.byteLength;
      if (!this.#sink.write(chunk)) await Promise.race([once(this.#sink, "drain"), this.#file]);
    }
  }

  /** All of it; it can be asked for again where its vendor did not take it. */
  async whole(): Promise<SpooledFile> {
    if (this.#received !== this.announced.bytes)
      throw invalidFileField(
        "x-goog-upload-offset",
        `all ${this.announced.bytes} bytes before finalize: ${this.#received} have come`,
      );
    this.#sink.end();
    return this.#file;
  }

  /** Gives back its room, on disk too. */
  async close(): Promise<void> {
    this.#sink.destroy();
    this.#leaveRoom();
    await this.#file.then((file) => file.close()).catch(() => undefined);
  }
}
