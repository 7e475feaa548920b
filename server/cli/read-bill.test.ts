import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBill } from "./read-bill.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nexus-bill-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (text: string) => {
  const path = join(folder, "bill.csv");
  await writeFile(path, text);
  return readBill(path);
};

describe("a vendor's bill", () => {
  it("is in USD: what says that it is in another currency is refused, line by line", async () => {
    const bill = await read(
      "vendor_request_id,vendor,cost,currency\nr1,openai,1.5,USD\nr2,openai,1.5,EUR\nr3,openai,1.5,\nr4,openai,1.5,usd\n",
    );
    expect(bill.lines.map(({ vendorRequestId, costNanos }) => [vendorRequestId, costNanos])).toEqual([
      ["r1", 1_500_000_000n],
      ["r3", 1_500_000_000n],
      ["r4", 1_500_000_000n],
    ]);
    expect(bill.unreadable).toEqual([{ line: 3, reason: '"EUR" is not USD' }]);
  });

  it.each(["-1", "+1", "1e3", "0x10", "1,5", "1.", ".5", "", "NaN", "=1+1", "1 USD", "１"])(
    "has no amount in %j",
    async (cost) => {
      const bill = await read(`vendor_request_id,vendor,cost_usd\nr1,openai,"${cost}"\n`);
      expect(bill.lines).toEqual([]);
      expect(bill.unreadable).toHaveLength(1);
    },
  );

  it("writes nothing onto the terminal but what can be read", async () => {
    const bill = await read('vendor_request_id,vendor,cost_usd\nr1,openai,"9\u001b[2J\u009b31m\u202e"\n');
    expect(bill.unreadable).toEqual([{ line: 2, reason: '"9?[2J?31m?" is no amount of USD' }]);
  });

  it("does not choose between two columns of the same meaning", async () => {
    await expect(read("vendor_request_id,vendor,cost_usd,cost\nr1,openai,1,2\n")).rejects.toThrow("same meaning");
  });
});
