import { describe, expect, it } from "vitest";
import { callEntries, matchingGroups, pageEntries } from "./palette-entries.ts";

const id = "01a20028-f85c-706b-b97e-0071d41bb937";

describe("entries of the command palette", () => {
  it("has every listed page and part, and platform pages only for those whom they are for", () => {
    const pages = pageEntries(undefined).map(({ href }) => href);
    expect(pages).toContain("/email/templates");
    expect(pages).toContain("/keys/vendors");
    expect(pages).not.toContain("/organizations");
    expect(new Set(pages).size).toBe(pages.length);
  });

  it("opens a call by its id, however it was copied, and by nothing shorter", () => {
    for (const typed of [id, ` ${id.toUpperCase()} `, `ord_${id}`])
      expect(callEntries(typed)).toMatchObject([{ href: `/calls?call=${id}` }]);
    for (const typed of ["", id.slice(0, -1), `${id}0`, `../${id}`]) expect(callEntries(typed)).toEqual([]);
  });

  it("finds what has every word in any order, a few of each group, and drops empty groups", () => {
    const models = Array.from({ length: 30 }, (_, at) => ({
      id: `m${at}`,
      label: `openai/gpt-${at}`,
      detail: "OpenAI",
      href: "/calls",
    }));
    const groups = [
      { value: "Models", items: models },
      { value: "Pages", items: pageEntries(undefined) },
    ];
    expect(matchingGroups(groups, "GPT openai").map(({ value, items }) => [value, items.length])).toEqual([
      ["Models", 8],
    ]);
    expect(matchingGroups(groups, "templates")[0]?.items.map(({ href }) => href)).toEqual(["/email/templates"]);
    expect(matchingGroups(groups, "nothing like it")).toEqual([]);
  });
});
