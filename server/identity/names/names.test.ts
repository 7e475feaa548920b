import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asPlainlySeen, displayName, isPlainlySeen } from "../../platform/display-name.ts";
import { looksLikeOwnApp } from "./looks-like-own-app.ts";

const plain = ["Ann", "Zoë Müller", "王小明", "محمد", "Ελένη", "Acme & Sons", "O'Neill-Smith", "हरि", "🙂 Team"];
/** Names in which a joiner or a selector is part of what one sees. */
const joined = [
  "نمی\u200cدانم",
  "خانه\u200cها",
  "می\u064e\u200cخواهم",
  "ශ්\u200dරී",
  "ക്\u200d",
  "क्\u200cष",
  "ܒ\u200cܒ",
  "👩\u200d❤\ufe0f\u200d👨 Us",
  "Team 👩🏽\u200d💻",
  "❤\ufe0f",
  "1\ufe0f\u20e3 First",
  "🏳\ufe0f\u200d🌈",
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
];
const unseen = [
  "\u0000",
  "\u0007",
  "\n",
  "\u007f",
  "\u0085",
  "\u00ad",
  "\u034f",
  "\u061c",
  "\u115f",
  "\u180e",
  "\u200b",
  "\u200c",
  "\u200d",
  "\u200e",
  "\u200f",
  "\u2028",
  "\u2029",
  "\u202a",
  "\u202e",
  "\u2060",
  "\u2066",
  "\u2069",
  "\u2800",
  "\u3164",
  "\ufe0f",
  "\ufeff",
  "\uffa0",
  "\u{e0041}",
  "\u{e0100}",
  "\ue000",
];

// Made once: classes of this size take long to compile.
const hidden = /[\p{C}\p{Default_Ignorable_Code_Point}]/u;
const shown = /\p{RGI_Emoji}|(?<=\p{L}\p{M}*)[\u200c\u200d]/gv;

/** Text of whatever is hardest to tell apart: letters that join, joiners, emoji and what changes them. */
const pieces = fc
  .array(fc.constantFrom(..."یدخක්රaB1#👩❤👨🏽💻🇩🇪🏴", ...unseen, "\u20e3", " "), { maxLength: 12 })
  .map((signs) => signs.join(""));

/** A name with something that cannot be seen inside it. */
const unseenNames = fc
  .tuple(fc.constantFrom(...plain), fc.constantFrom(...unseen), fc.nat())
  // There it is seen: it keeps two letters apart that would join.
  .filter(([name, sign]) => !(name === "محمد" && sign === "\u200c"))
  .map(([name, sign, at]) => {
    const signs = [...name];
    const place = 1 + (at % (signs.length - 1));
    return [...signs.slice(0, place), sign, ...signs.slice(place)].join("");
  });

describe("names of people, organizations, apps, keys and devices", () => {
  test.each(plain)("%s is a name [X6]", (name) => {
    expect(displayName().safeParse(name).success).toBe(true);
  });

  test.each(joined)("%j is a name, in which a joiner is seen [X6]", (name) => {
    expect(displayName().parse(name)).toBe(name);
    expect(asPlainlySeen(name)).toBe(name);
  });

  test.each([
    "Ann\u200d",
    "\u200cAnn",
    "A\u200dnn",
    "د\u200cخ",
    "ی\u200dخ",
    "ی\u200c\u200cخ",
    "نمی\u200c",
    "王\u200c王",
    "क्\u200d\u200d",
    "👩\u200d👩",
    "🙂\u200d",
    "1\u200d2",
    "A\ufe0f",
    "🙂\u{e0067}\u{e007f}",
    "क\u034f्\u200d",
  ])("%j is none: nothing shows its joiner [X6]", (name) => {
    expect(displayName().safeParse(name).success).toBe(false);
    expect(isPlainlySeen(asPlainlySeen(name))).toBe(true);
  });

  test("a name with a control, a direction mark or an invisible character anywhere inside is refused [X6]", () => {
    fc.assert(
      fc.property(unseenNames, (name) => {
        expect(displayName().safeParse(name).success).toBe(false);
      }),
    );
  });

  test("whatever is accepted shows each of its characters [X6]", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), pieces), (text) => {
        const parsed = displayName().safeParse(text);
        if (parsed.success) expect(hidden.test(parsed.data.replaceAll(shown, ""))).toBe(false);
      }),
    );
  });

  test("of a name that somebody else's service tells, what cannot be seen is left out, and nothing else [X6]", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), pieces), (told) => {
        expect(displayName().safeParse(asPlainlySeen(told)).success).toBe(true);
      }),
    );
    fc.assert(
      fc.property(unseenNames, (told) => {
        expect(plain).toContain(asPlainlySeen(told));
      }),
    );
  });
});

const own = (name: string, slug: string) => ({ id: `srv_${slug}`, name, slug, firstParty: true });
const services = [
  own("Topolo Nexus", "nexus"),
  own("Roadmapper", "roadmapper"),
  own("Bugfix", "bugfix"),
  own("Social Studio", "social-studio"),
  { id: "srv_theirs", name: "Theirs", slug: "theirs", firstParty: false },
];
const reserved = ["Topolo", "Topolo Nexus", "Nexus", "Roadmapper", "Bugfix", "Social Studio"];

/** Ways in which a letter is imitated. */
const imitations: Readonly<Record<string, readonly string[]>> = {
  a: ["а", "α", "á", "ａ", "4", "@"],
  b: ["Ь", "ｂ", "𝐛"],
  d: ["ԁ", "ｄ"],
  e: ["е", "é", "3", "ｅ"],
  i: ["і", "ı", "l", "1", "|"],
  o: ["о", "ο", "0", "ö", "օ", "𝗈"],
  p: ["р", "ρ", "ｐ"],
  r: ["г", "ｒ"],
  s: ["ѕ", "5", "$"],
  t: ["т", "τ", "ｔ", "7"],
  u: ["υ", "ü", "ս"],
  x: ["х", "χ", "×"],
};

test("no imitation of a first-party name is free for somebody else's app [X6]", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...reserved),
      fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
      fc.constantFrom("", " ", "-", ".", "\u200b", "\u200d"),
      (name, picks, gap) => {
        const imitated = [...name].map((letter, index) => {
          const ways = [letter, letter.toUpperCase(), ...(imitations[letter.toLowerCase()] ?? [])];
          return ways[(picks[index] ?? 0) % ways.length] ?? letter;
        });
        expect(looksLikeOwnApp(imitated.join(gap), services)).toBe(true);
      },
    ),
  );
});

test.each(["Acme Planner", "Road Trips", "Theirs", "Bug Tracker", "Календарь", "天気", "Studio"])(
  "%s is free [X6]",
  (name) => {
    expect(looksLikeOwnApp(name, services)).toBe(false);
  },
);
