import { NexusError } from "../../errors.ts";
import { alike } from "./alike.ts";
import type { Known } from "./directory.ts";

/** The thing whose id or name looks most like what was asked for. */
const nearestOf = (asked: string, others: readonly Known[]): Known | undefined => {
  const words = others.flatMap((known) => [known.id, ...known.names].map((word) => ({ word, known })));
  const [best] = alike(
    asked,
    words.map(({ word }) => word),
  ).sort((a, b) => b.score - a.score);
  return words.find(({ word }) => word === best?.name)?.known;
};

const display = ({ id, names: [name] }: Known): string => (name === undefined ? `"${id}"` : `"${id}" (${name})`);

interface UnknownThing {
  /** The field that names it. */
  readonly field: string;
  /** What the field must name, for example "a registered app". */
  readonly what: string;
  readonly asked: string;
  /** What the asker may know of that kind. */
  readonly others: readonly Known[];
}

/** INVALID_INPUT that names the field and, where something looks alike, that. Foreign ids are refused in the same words. */
export const unknownThing = ({ field, what, asked, others }: UnknownThing): NexusError => {
  const nearest = nearestOf(asked, others);
  const expected = nearest === undefined ? what : `${what}; did you mean ${display(nearest)}?`;
  return new NexusError("INVALID_INPUT", {
    issues: [{ field, expected }],
    ...(nearest === undefined ? {} : { details: { field, didYouMean: nearest.id } }),
  });
};

/** The same for plain names. */
export const unknownName = (field: string, what: string, asked: string, names: Iterable<string>): NexusError =>
  unknownThing({ field, what, asked, others: Array.from(names, (id) => ({ id, names: [] })) });
