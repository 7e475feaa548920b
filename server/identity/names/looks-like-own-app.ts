/**
 * Letters and signs that are drawn like a Latin letter or a digit, from Unicode's confusables (UTS #39), for the scripts
 * that have them. What compatibility decomposition (NFKD) makes plain, such as 𝐓 or Ｔ, needs no row here.
 */
const drawnAlike: Readonly<Record<string, string>> = {
  a: "аɑαａ⍺ᴀ",
  b: "ЬƄʙвᏏᖯ",
  c: "сϲᴄⅽꮯ",
  d: "ԁɗժᏧᗞ",
  e: "еҽєεэꬲ℮",
  f: "ғƒϝꞙք",
  g: "ɡցԍ",
  h: "һнհᏂʜ",
  i: "іıɩιͺꙇ",
  j: "јϳյ",
  k: "кκᴋ",
  l: "ӏⅼǀ∣|ן١۱ߊ",
  m: "мᴍϻⅿ",
  n: "пηոռɴ",
  o: "оοσօ๐໐०০੦૦௦౦೦൦୦ᴏᴑ٥ه",
  p: "рρϱᴘ⍴",
  q: "ԛգզ",
  r: "гᴦɾꭇʀ",
  s: "ѕƽꜱʂ",
  t: "тτᴛ",
  u: "υսᴜʋцս",
  v: "ѵνᴠⅴ",
  w: "ԝѡաᴡш",
  x: "хχⅹ⨯×",
  y: "уүγʏყ",
  z: "ᴢʐζ",
};

/** Signs that stand for a letter; one that looks like two letters counts for the commoner. */
const standsFor = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "@": "a",
  $: "s",
  "!": "l",
  i: "l",
};

const latinOf: ReadonlyMap<string, string> = new Map([
  ...Object.entries(drawnAlike).flatMap(([latin, alike]) =>
    [...alike.toLowerCase()].map((sign) => [sign, latin] as const),
  ),
  ...Object.entries(standsFor),
]);

/** What is left of a name when everything that is drawn alike is one sign: names of one skeleton look the same. */
export const skeletonOf = (name: string): string =>
  [
    ...name
      .normalize("NFKD")
      .replaceAll(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, "")
      .toLowerCase(),
  ]
    .map((sign) => latinOf.get(sign) ?? sign)
    .map((sign) => latinOf.get(sign) ?? sign)
    .join("")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replaceAll(/[^\p{L}\p{N}]/gu, "");

const brand = skeletonOf("Topolo");

interface OwnApp {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly firstParty: boolean;
}

/** Whether an app of a third party would be taken for one of ours: by our brand in its name, or by a name of ours. */
export const looksLikeOwnApp = (name: string, services: Iterable<OwnApp>): boolean => {
  const skeleton = skeletonOf(name);
  if (skeleton.includes(brand)) return true;
  return [...services]
    .filter(({ firstParty }) => firstParty)
    .flatMap((service) => [service.name, service.slug])
    .some((own) => skeletonOf(own).replace(brand, "") === skeleton);
};
