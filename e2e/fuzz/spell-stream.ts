import type { SeededChoices } from "./seeded-choices.ts";

const whispers = [": hi", "retry: 10", "id: 7", "foo: bar", 'event: ping\ndata: {"type":"ping"}'] as const;

/** Documents as a stream of events, in one of the many legal spellings. */
export const spellStream = (random: SeededChoices, documents: readonly unknown[], tail: string | undefined): Buffer => {
  const blank = random.pick([" ", ""]);
  const naming = random.below(3);
  const lines = documents.map((document) => {
    const text = JSON.stringify(document, null, random.chance(0.1) ? 1 : 0);
    const data = text.split("\n").map((line) => `data:${blank}${line}`);
    const type = (document as { readonly type?: string }).type;
    if (type === undefined || naming === 0) return data.join("\n");
    const name = `event:${blank}${type}`;
    return (naming === 1 ? [name, ...data] : [...data, name]).join("\n");
  });
  if (tail !== undefined) lines.push(`data:${blank}${tail}`);
  const all = lines.flatMap((line) => (random.chance(0.1) ? [random.pick(whispers), line] : [line]));
  const text = all.map((line) => `${line}\n\n`).join("");
  const end = random.pick(["\n", "\n", "\r\n", "\r"]);
  const spelled = end === "\n" ? text : text.replaceAll("\n", end);
  return Buffer.from(random.chance(0.1) ? `\uFEFF${spelled}` : spelled);
};

/** The same bytes, cut anywhere. */
export const cutStream = (random: SeededChoices, bytes: Buffer): Buffer[] => {
  const most = random.pick([1, 3, 17, 200, 100_000]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + random.below(most);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
};
