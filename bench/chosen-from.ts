import { nearestName } from "../server/platform/nearest-name.ts";

/** What the names stand for; refuses one that is not known. */
export const chosenFrom = <T>(
  setting: string,
  known: Readonly<Record<string, T>>,
  names: readonly string[],
): readonly T[] =>
  names.map((name) => {
    const found = Object.hasOwn(known, name) ? known[name] : undefined;
    if (found !== undefined) return found;
    const all = Object.keys(known);
    const nearest = nearestName(name, all);
    const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    throw new Error(`${setting}: there is no ${name}, there are ${all.join(", ")}${hint}`);
  });
