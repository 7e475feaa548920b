/**
 * Whether a name fits a pattern in which `*` matches any run of characters, slashes included, and `?` one.
 * Patterns are written by organizations, so this takes at most name × pattern steps whatever they write.
 */
export const matchGlob = (pattern: string, name: string): boolean => {
  if (pattern === "*") return true;
  let at = 0;
  let place = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const wanted = pattern[place];
    if (wanted === "*") {
      star = place;
      resume = at;
      place += 1;
    } else if (wanted === "?" || wanted === name[at]) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      place = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[place] === "*") place += 1;
  return place === pattern.length;
};
