import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MediumKind } from "../../contracts/media.ts";
import { flacOf, mp3Of, opusOf, pdfOf, pngOf, stillVideoOf, waveOf } from "../../../test/media-files.ts";
import { measureMedia } from "./index.ts";

const field = "messages.0.content.0";
const measure = async (kind: MediumKind, bytes: Buffer, data = bytes.toString("base64")) => {
  const [readings] = await measureMedia([{ kind, field, data }], "org_1");
  return readings;
};
const secondsOf = async (kind: MediumKind, bytes: Buffer) => (await measure(kind, bytes))?.[0].seconds;

describe("an image", () => {
  it("has the pixels of its header", async () => {
    expect(await measure("image", pngOf(640, 480))).toEqual([
      { kind: "image", field, pixels: { width: 640, height: 480 } },
    ]);
  });

  it.each([
    ["cut off", pngOf(640, 480).subarray(0, 12)],
    ["nothing", Buffer.from("no image at all")],
  ])("that cannot be read has none: %s", async (_, bytes) => {
    expect(await measure("image", bytes)).toEqual([{ kind: "image", field }]);
  });

  it("in letters that readers take for different bytes has none", async () => {
    const data = pngOf(2, 2).toString("base64");
    for (const odd of [`${data}====${data}`, `${data.slice(0, 20)} ${data.slice(20)}`, `*${data}`])
      expect(await measure("image", Buffer.alloc(0), odd)).toEqual([{ kind: "image", field }]);
  });
});

describe("a recording", () => {
  it.each([
    ["FLAC", flacOf({ seconds: 10, blockSize: 4_096 })],
    ["MP3", mp3Of(10)],
    ["WAV", waveOf({ seconds: 10 })],
  ])("plays as long as it plays: %s", async (_, bytes) => {
    const seconds = await secondsOf("audio", bytes);
    expect(seconds).toBeGreaterThanOrEqual(10);
    expect(seconds).toBeLessThan(11);
  });

  it.each(["ogg", "webm"] as const)(
    "plays as long as its packets do, whatever its clock says: %s",
    async (container) => {
      expect(await secondsOf("audio", await opusOf(container, 10))).toBeCloseTo(10, 1);
      expect(await secondsOf("audio", await opusOf(container, 10, 1))).toBeGreaterThanOrEqual(9.99);
      // The writer of Ogg goes by the packets.
      if (container === "webm")
        expect(await secondsOf("audio", await opusOf(container, 10, 60))).toBeGreaterThanOrEqual(59);
    },
  );

  it("of one hour of silence in a few KB is an hour, whatever its head says", async () => {
    for (const saidSeconds of [3_600, 1, 0]) {
      const bytes = flacOf({ seconds: 3_600, saidSeconds });
      expect(bytes.length).toBeLessThan(14_336);
      expect(await secondsOf("audio", bytes)).toBeGreaterThanOrEqual(3_600);
    }
  });

  it("plays all of what lies behind the length it states", async () => {
    expect(await secondsOf("audio", waveOf({ seconds: 100, saidBytes: 8_000 }))).toBeGreaterThanOrEqual(100);
    const two = [flacOf({ seconds: 8 }), Buffer.alloc(100), flacOf({ seconds: 8 })];
    expect(await secondsOf("audio", Buffer.concat(two))).toBeGreaterThanOrEqual(16);
    expect(await secondsOf("audio", Buffer.concat([mp3Of(5), Buffer.alloc(3_000), mp3Of(5)]))).toBeGreaterThanOrEqual(
      10,
    );
  });

  it("of two streams, one behind the other, is of no known length", async () => {
    const one = await opusOf("ogg", 2);
    expect(await measure("audio", Buffer.concat([one, one]))).toEqual([{ kind: "audio", field }]);
  });

  it("that shows one picture for an hour is a silent hour of video", async () => {
    const [reading] = (await measure("video", await stillVideoOf(3_600))) ?? [];
    expect(reading).toMatchObject({ kind: "video", sound: false });
    expect(reading?.seconds).toBeCloseTo(3_600);
  });

  it("never plays longer than was measured, however it was written", async () => {
    const blockSizes = fc.constantFrom(192, 4_096, 32_768, 65_535);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 600 }),
        blockSizes,
        fc.nat(3_600),
        async (seconds, blockSize, saidSeconds) => {
          expect(await secondsOf("audio", flacOf({ seconds, blockSize, saidSeconds }))).toBeGreaterThanOrEqual(seconds);
        },
      ),
      { numRuns: 50 },
    );
  });
});

it.each([0, 1, 0xffff_ffff - 36])(
  "a wave whose head says %i bytes of sound plays all that it has",
  async (saidBytes) => {
    expect(await secondsOf("audio", waveOf({ seconds: 10, saidBytes }))).toBeGreaterThanOrEqual(10);
  },
);

describe("a document", () => {
  const pages = (reading: Awaited<ReturnType<typeof measure>>) => reading?.[0];

  it("whose table of offsets leads to other pages than its end has no known text", async () => {
    const of = (many: number, text = ""): Buffer => pdfOf({ pages: many, text });
    const objects = of(1)
      .toString("latin1")
      .replace(/^%PDF.*\n/, "")
      .replace(/xref[^]*/, "");
    const lying = (whole: Buffer): Buffer => {
      const text = whole.toString("latin1");
      const at = text.lastIndexOf("xref\n0");
      const table = text.slice(at).replace(/startxref\n\d+/, `startxref\n${at + objects.length}`);
      return Buffer.from(text.slice(0, at) + objects + table, "latin1");
    };
    expect(pages(await measure("document", lying(of(100))))).not.toHaveProperty("textBytes");
    // Only the text differs: the longer one counts.
    const wordy = pages(await measure("document", lying(of(1, "x".repeat(20)))));
    expect(wordy?.textBytes).toBeGreaterThanOrEqual(20);
  });

  it("of more pages than any vendor takes is not read to its end", async () => {
    expect(await measure("document", pdfOf({ pages: 1_001 }))).toEqual([{ kind: "document", field, pages: 1_001 }]);
  });

  it("has the pages of its tree, also where all of them are one", async () => {
    const bytes = pdfOf({ pages: 100 });
    expect(bytes.length).toBeLessThan(1_229);
    expect(await measure("document", bytes)).toEqual([{ kind: "document", field, pages: 100, textBytes: 0 }]);
  });

  it("has the text of its pages, also beside the paper", async () => {
    const bytes = pdfOf({ pages: 2, text: "x".repeat(5_000), shared: false });
    const [reading] = (await measure("document", bytes)) ?? [];
    expect(reading).toMatchObject({ pages: 2 });
    expect(reading?.textBytes).toBeGreaterThanOrEqual(10_000);
    expect(reading?.textBytes).toBeLessThan(10_100);
  });

  it.each([1, 2, 500])("whose tree says %i of 100 pages has the larger number, and no known text", async (said) => {
    expect(await measure("document", pdfOf({ pages: 100, said }))).toEqual([
      { kind: "document", field, pages: Math.max(said, 100) },
    ]);
  });

  it.each([
    ["cut off", pdfOf({ pages: 3 }).subarray(0, 250)],
    ["not a PDF", Buffer.from("PK\u0003\u0004 a spreadsheet")],
  ])("that cannot be read has neither: %s", async (_, bytes) => {
    expect(await measure("document", bytes)).toEqual([{ kind: "document", field }]);
  });
});

it("waits behind no other owner's slow files", async () => {
  const media = (bytes: Buffer, kind: MediumKind) => [{ kind, field, data: bytes.toString("base64") }];
  const slow = media(pdfOf({ pages: 40, text: "(x) Tj ".repeat(2_000).slice(1, -5) }), "document");
  const slowOnes = Promise.all(Array.from({ length: 3 }, () => measureMedia(slow, "org_slow"))).then(() => "slow");
  const quick = measureMedia(media(waveOf({ seconds: 3 }), "audio"), "org_quick").then(([readings]) => readings);
  expect(await Promise.race([slowOnes, quick])).toMatchObject([{ kind: "audio", seconds: expect.closeTo(3, 1) }]);
  await slowOnes;
}, 40_000);

describe("a file that is not what the caller says", () => {
  it("is read both ways", async () => {
    expect(await measure("image", flacOf({ seconds: 5 }))).toMatchObject([
      { kind: "image" },
      { kind: "audio", seconds: expect.closeTo(8.192) },
    ]);
    expect(await measure("audio", await stillVideoOf(60))).toMatchObject([
      { kind: "audio", seconds: 60 },
      { kind: "video", seconds: 60, sound: false },
    ]);
    const both = Buffer.concat([pngOf(2, 2), pdfOf({ pages: 2 })]);
    expect((await measure("image", both))?.map(({ kind }) => kind)).toEqual(["image", "document"]);
  });

  it("somewhere else is of unknown size", async () => {
    expect(await measureMedia([{ kind: "video", field, data: undefined }], "org_1")).toEqual([
      [{ kind: "video", field }],
    ]);
  });
});
