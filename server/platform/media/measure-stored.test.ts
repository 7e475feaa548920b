import { open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { opusOf, stillVideoOf, waveOf } from "../../../test/media-files.ts";
import { measureStored } from "./index.ts";

const field = "file";
const path = join(tmpdir(), `film-${process.pid}`);
let file: FileHandle;

afterEach(async () => {
  await file.close();
  await rm(path);
});

/** A box of nothing, which a file system keeps without its contents. */
const freeOf = (size: number): Buffer => {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1, 0);
  head.write("free", 4, "latin1");
  head.writeBigUInt64BE(BigInt(size), 8);
  return head;
};

const huge = 1_900_000_000;

/** A film on disk, with almost two gigabytes at a place in it. */
const store = async (film: Buffer, at: number): Promise<number> => {
  file = await open(path, "w+");
  await file.write(film, 0, at, 0);
  await file.write(freeOf(huge), 0, 16, at);
  await file.write(film, at, film.length - at, at + huge);
  await file.truncate(film.length + huge);
  return film.length + huge;
};

const measure = async (size: number, kind: "video" | "audio" = "video") => {
  const head = Buffer.alloc(4_096);
  await file.read(head, 0, head.length, 0);
  return measureStored({ kind, field, descriptor: file.fd, size, head }, "org_1");
};

describe("a film of two gigabytes", () => {
  it.each(["first", "last"] as const)("is as long as its packets are, wherever its head stands: %s", async (head) => {
    const film = await stillVideoOf(5_400, 90, head);
    const ftyp = film.readUInt32BE(0);
    const before = process.memoryUsage().rss;
    const size = await store(film, head === "first" ? film.length : ftyp);
    expect(await measure(size)).toEqual([{ kind: "video", field, seconds: 5_400, sound: false }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  it("is as long as an edit list plays it over again, which stands behind its packets", async () => {
    const film = await stillVideoOf(10, 1, "last");
    const entries = Buffer.alloc(8 + 8 + 2 * 12);
    entries.writeUInt32BE(entries.length, 0);
    entries.write("elst", 4, "latin1");
    entries.writeUInt32BE(2, 12);
    const clock = film.readUInt32BE(film.indexOf("mvhd", 0, "latin1") + 16);
    for (const entry of [16, 28]) entries.writeUInt32BE(60 * clock, entry);
    const moov = film.indexOf("moov", 0, "latin1") - 4;
    const longer = Buffer.concat([film, entries]);
    longer.writeUInt32BE(film.readUInt32BE(moov) + entries.length, moov);
    const size = await store(longer, film.readUInt32BE(0));
    expect((await measure(size))[0].seconds).toBeGreaterThanOrEqual(120);
  });

  it("of another kind than a film, or with bytes that no box accounts for, is of unknown length", async () => {
    const wave = waveOf({ seconds: 2 });
    expect(await measure(await store(wave, wave.length), "audio")).toEqual([{ kind: "audio", field }]);
    await file.close();
    const film = await stillVideoOf(10);
    expect(await measure((await store(film, film.length)) - 1)).toEqual([{ kind: "video", field }]);
  });

  it("that is WebM is as long as its packets, whatever its clock says", async () => {
    file = await open(path, "w+");
    const sound = await opusOf("webm", 10, 60);
    await file.write(sound);
    expect((await measure(sound.length, "audio"))[0].seconds).toBeGreaterThanOrEqual(59);
  });
});
