import type { LookupAddress } from "node:dns";
import { describe, expect, it } from "vitest";
import { guardedLookup, type Resolve } from "./guarded-lookup.ts";

const look = (resolve: Resolve, all: boolean): Promise<string | LookupAddress[]> =>
  new Promise((done, fail) => {
    guardedLookup(resolve)("api.example.com", { all }, (error, address) => (error ? fail(error) : done(address)));
  });

describe("guardedLookup", () => {
  it("gives the socket the very addresses that were checked", async () => {
    const answers = [
      { address: "1.1.1.1", family: 4 },
      { address: "2606:4700:4700::1111", family: 6 },
    ];
    expect(await look(() => Promise.resolve(answers), true)).toEqual(answers);
    expect(await look(() => Promise.resolve(answers), false)).toBe("1.1.1.1");
  });

  it("resolves once for each connection, so a rebound name is refused", async () => {
    let asked = 0;
    const rebinding = () => Promise.resolve([{ address: asked++ === 0 ? "1.1.1.1" : "127.0.0.1", family: 4 }]);
    expect(await look(rebinding, false)).toBe("1.1.1.1");
    expect(asked).toBe(1);
    await expect(look(rebinding, false)).rejects.toMatchObject({
      reason: "address_refused",
      sent: false,
    });
  });

  it("refuses all answers for one that is private", async () => {
    const mixed = () =>
      Promise.resolve([
        { address: "1.1.1.1", family: 4 },
        { address: "fd00::1", family: 6 },
      ]);
    await expect(look(mixed, true)).rejects.toMatchObject({ reason: "address_refused" });
    await expect(look(() => Promise.resolve([]), true)).rejects.toMatchObject({
      reason: "address_refused",
    });
  });
});
