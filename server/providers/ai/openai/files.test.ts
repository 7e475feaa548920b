import { describe, expect, it } from "vitest";
import type { OutgoingFile } from "../../../contracts/ai-vendor-files.ts";
import type { VendorIo, WireRequest } from "../../../contracts/vendor-call.ts";
import { filesWith } from "./files.ts";
import { noDownload } from "../../../../test/no-download.ts";

const files = filesWith(() => ({}));

async function* bytesOf(...chunks: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

interface Answer {
  readonly status?: number;
  readonly body: string;
  /** Of what is uploaded; all of it where absent. */
  readonly readsChunks?: number;
}

/** A vendor that answers so, and the paths that it was asked for. */
const vendor = ({ status = 200, body, readsChunks = Number.POSITIVE_INFINITY }: Answer) => {
  const asked: string[] = [];
  const send = async ({ path, streamed }: WireRequest) => {
    asked.push(path);
    let read = 0;
    if (streamed !== undefined)
      for await (const { byteLength } of streamed.chunks) if ((read += Math.sign(byteLength)) >= readsChunks) break;
    return { status, headers: {}, body: bytesOf(body) };
  };
  const io: VendorIo = {
    credential: { apiKey: "sk-of-the-tests" },
    baseUrl: "https://vendor.example/v1",
    send,
    connect: () => Promise.reject(new Error("no line")),
    download: noDownload,
    signal: new AbortController().signal,
    operationId: "op_1",
  };
  return { io, asked };
};

const file: OutgoingFile = {
  filename: "a.txt",
  mediaType: "text/plain",
  bytes: 6,
  purpose: "user_data",
  expiresAfterSeconds: undefined,
  read: () => bytesOf("one", "two"),
};
const upload = (answer: Answer) => files.upload(file, vendor(answer).io);
const unknown = expect.objectContaining({
  failure: expect.objectContaining({
    kind: "unknown",
    code: "PROVIDER_BAD_RESPONSE",
  }),
});

describe("what a vendor says of a file that it took", () => {
  const told = (answer: object) => upload({ body: JSON.stringify(answer) });
  const soon = Math.floor(Date.now() / 1_000) + 3_600;

  it("is its id, and when it expires where that is a date to come", async () => {
    expect(await told({ id: "file-abc", expires_at: soon })).toEqual({
      vendorFileId: "file-abc",
      expiresAt: soon,
    });
    for (const odd of [0, -5, 1, 1e300, 9e12, "x", null, {}])
      expect(await told({ id: "file-abc", expires_at: odd })).toEqual({
        vendorFileId: "file-abc",
        expiresAt: undefined,
      });
  });

  it.each(["", ".", "..", "../files/other", "a/b", "a?b", "a#b", "a%2fb", "a\u0000b", "x".repeat(257), 5, null, {}])(
    "is no id of which an address can be made: %j",
    async (id) => {
      await expect(told({ id })).rejects.toEqual(unknown);
    },
  );

  it.each(["", "null", "[]", "a page", '{"error":{"message":"no"}}'])("is not to be read: %j", async (body) => {
    await expect(upload({ body })).rejects.toEqual(unknown);
  });

  it("counts for nothing before it had all of the file", async () => {
    await expect(upload({ body: '{"id":"file-abc"}', readsChunks: 2 })).rejects.toEqual(unknown);
  });
});

describe("a deletion", () => {
  it.each([
    [200, '{"id":"file-abc","object":"file","deleted":true}'],
    [200, '{"id":"file-abc","type":"file_deleted"}'],
    [204, ""],
    [404, '{"error":{"message":"No such File object"}}'],
    [410, "gone"],
  ])("is one: %d %s", async (status, body) => {
    const { io, asked } = vendor({ status, body });
    await files.remove("file-abc", io);
    expect(asked).toEqual(["/files/{id}"]);
  });

  it.each(['{"id":"file-abc","deleted":false}', '{"error":{"message":"try later"}}', "<html></html>", "[]"])(
    "is none where the answer is another: %s",
    async (body) => {
      await expect(files.remove("file-abc", vendor({ body }).io)).rejects.toEqual(unknown);
    },
  );
});
