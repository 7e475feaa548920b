import { describe, expect, it } from "vitest";
import { fromFetch } from "./door-request.ts";
import { readJson, readSizedJson } from "./read-json.ts";

const request = (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { "content-type": "application/json" },
) => fromFetch(new Request("http://localhost/", { method: "POST", body, headers }), "req");

const nested = (depth: number, inside = ""): string => "[".repeat(depth) + inside + "]".repeat(depth);

describe("readJson", () => {
  it.each([
    '{"a":[1,{"b":"c"}]}',
    '"a string"',
    '{"quote":"\\"}]\\\\","x":"\\\\\\""}',
    nested(32),
    `{"brackets":"${"[".repeat(500)}"}`,
  ])("reads %s", async (text) => {
    expect(await readJson(request(text), 10_000)).toEqual(JSON.parse(text));
  });

  it.each([nested(33), nested(33, '"\\""'), `{"a":"\\\\",${'"b":['.repeat(1)}${nested(40)}]}`, "[".repeat(100_000)])(
    "refuses what is nested too deeply",
    async (text) => {
      await expect(readJson(request(text), 1_000_000)).rejects.toMatchObject({
        code: "INVALID_INPUT",
        issues: [{ expected: "at most 32 levels of nesting" }],
      });
    },
  );

  it.each(["", "{", '{"a":"', '"\\', "nope"])("refuses %j", async (text) => {
    await expect(readJson(request(text), 1_000)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  it("refuses other types, encodings, sizes and broken UTF-8", async () => {
    await expect(readJson(request("{}", { "content-type": "text/plain" }), 10)).rejects.toMatchObject({
      code: "UNSUPPORTED_MEDIA_TYPE",
    });
    const zipped = { "content-type": "application/json", "content-encoding": "gzip" };
    await expect(readJson(request("{}", zipped), 10)).rejects.toMatchObject({ code: "UNSUPPORTED_MEDIA_TYPE" });
    await expect(readJson(request("[1,2,3,4,5]"), 10)).rejects.toMatchObject({ code: "PAYLOAD_TOO_LARGE" });
    await expect(readJson(request(new Uint8Array([34, 0xff, 34])), 10)).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  it("tells how many bytes came", async () => {
    expect(await readSizedJson(request('"日本"'), 100)).toEqual({ value: "日本", byteLength: 8 });
  });
});
