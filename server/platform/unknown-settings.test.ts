import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EnvSchema } from "./env.ts";
import { unknownSettings } from "./unknown-settings.ts";

const known = Object.keys(EnvSchema.shape).filter((name) => /^(NEXUS|AUTH)_/.test(name));

test("what is known, ours alone, a client's or not of our kind is passed over", () => {
  const source = Object.fromEntries(known.map((name) => [name, "x"]));
  expect(
    unknownSettings({
      ...source,
      NEXUS_DEV: "true",
      NEXUS_API_KEY: "x",
      NEXUS_URL: "http://localhost:3000",
      PORT: "1",
      HOME: "/",
      NEXTAUTH_URL: "x",
    }),
  ).toEqual([]);
});

test.each([
  ["PLATFORM_OPENIA_API_KEY", "PLATFORM_OPENAI_API_KEY"],
  ["PLATFORM_ANTROPIC_BASE_URL", "PLATFORM_ANTHROPIC_BASE_URL"],
  ["PLATFORM_MYOWN_API_KEY", "PLATFORM_MY_OWN_API_KEY"],
  ["PLATFORM_SOMETHING_ELSE_ALTOGETHER_API_KEY", undefined],
])("%s, for a vendor that there is not, is named where the vendors are known", (name, nearest) => {
  const source = { [name]: "x", PLATFORM_OPENAI_API_KEY: "x", PLATFORM_MY_OWN_BASE_URL: "x", PLATFORM_NAME: "x" };
  expect(unknownSettings(source, ["openai", "anthropic", "my-own"])).toEqual([{ name, nearest }]);
  expect(unknownSettings(source)).toEqual([]);
});

test.each([
  ["NEXUS_WORKER", "NEXUS_WORKERS"],
  ["NEXUS_DATADIR", "NEXUS_DATA_DIR"],
  ["NEXUS_ENCRYPTION_KEY", "NEXUS_ENCRYPTION_KEYS"],
  ["AUTH_ALLOWED_ORIGIN", "AUTH_ALLOWED_ORIGINS"],
  ["AUTH_SMPT_URL", "AUTH_SMTP_URL"],
  ["NEXUS_COMPLETELY_DIFFERENT_THING_OF_SOMEBODY", undefined],
])("%s is named, with %s", (name, nearest) => {
  expect(unknownSettings({ [name]: "x" })).toEqual([{ name, nearest }]);
});

describe("one slip of the finger", () => {
  const slips = fc.record({
    name: fc.constantFrom(...known),
    at: fc.nat(),
    kind: fc.constantFrom("drop", "swap", "double"),
  });
  const slip = (name: string, at: number, kind: string): string => {
    const index = 5 + (at % Math.max(1, name.length - 6));
    if (kind === "drop") return name.slice(0, index) + name.slice(index + 1);
    if (kind === "double") return name.slice(0, index) + name.slice(index - 1);
    return name.slice(0, index) + (name[index + 1] ?? "") + (name[index] ?? "") + name.slice(index + 2);
  };

  test("in any setting is named with a setting that is as near as the one that was meant", () => {
    fc.assert(
      fc.property(slips, ({ name, at, kind }) => {
        const typed = slip(name, at, kind);
        fc.pre(!known.includes(typed) && /^(NEXUS|AUTH)_[A-Z0-9_]+$/.test(typed));
        const [found] = unknownSettings({ [typed]: "x" });
        expect(found?.name).toBe(typed);
        expect(known).toContain(found?.nearest);
      }),
    );
  });
});
