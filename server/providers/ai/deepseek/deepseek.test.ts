import { describe, expect, it } from "vitest";
import { boundOf, createPriceBook, importCatalogue } from "../../../domain/pricing/index.ts";
import { providers } from "../../index.ts";
import { deepSeekBounds } from "./deepseek-bounds.ts";
import { deepseek } from "./deepseek.ts";

const book = createPriceBook(importCatalogue(providers), []);
// A Wednesday of which the catalogue knows peaks and the hours between.
const at = (time: string) => Date.parse(`2026-11-25T${time}Z`);
const costAt = (time: string, units: Parameters<typeof boundOf>[0]) => {
  const set = book.priceSet({ vendor: "deepseek", model: "deepseek-v4-pro", at: at(time), organizationId: "org_1" });
  return set === null ? undefined : boundOf(units, set);
};

describe("DeepSeek's prices", () => {
  it.each([
    ["12:00:00", 660_000n, 22_000n, 1_980_000n],
    ["02:00:00", 1_320_000n, 44_000n, 3_960_000n],
  ])("are the catalogue's at %s: what is found in the cache costs its own", (time, input, cacheRead, output) => {
    expect(costAt(time, { input: 1_000 })).toBe(input);
    expect(costAt(time, { cacheRead: 1_000 })).toBe(cacheRead);
    expect(costAt(time, { output: 1_000 })).toBe(output);
    expect(costAt(time, { reasoning: 1_000 })).toBe(output);
  });

  it.each(["deepseek-flash", "deepseek-v4-flash-vision-exp", "deepseek-v4-pro-max"])("are unknown for %s", (model) => {
    expect(book.knows("deepseek", model, "org_1")).toBe(false);
  });
});

describe("DeepSeek's models", () => {
  it("are no open weights that others serve, and no embeddings", () => {
    const skillsOf = (model: string) => deepseek.models?.skills.find(([pattern]) => pattern.test(model))?.[1];
    expect(["deepseek-v3.2", "deepseek-r1", "deepseek-v3.1-terminus"].map(skillsOf)).toEqual([[], [], []]);
    expect(["deepseek-v4-pro", "deepseek-v4-flash", "deepseek-flash"].map(skillsOf)).toEqual([
      ["text"],
      ["text"],
      ["text"],
    ]);
    expect(deepseek.ai?.embed).toBeUndefined();
    expect(Object.keys(deepseek.ai?.native ?? {})).toEqual(["openai.chat"]);
  });

  it("see images, but for the large one, and nothing else", () => {
    const image = { kind: "image", field: "" } as const;
    expect(deepSeekBounds.medium(image, "deepseek-flash")).toMatchObject([{ unitClass: "inputImage" }]);
    expect(deepSeekBounds.medium(image, "deepseek-v4-pro")).toBe("refused");
    expect(deepSeekBounds.medium({ kind: "audio", field: "", seconds: 3 }, "deepseek-flash")).toBe("refused");
  });
});
