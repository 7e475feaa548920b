/** Of what models, vendors and people wrote: what terminals obey rather than show. Lines and tabs stay. */
const obeyed = /\r(?!\n)|[^\P{Cc}\t\n\r]/gu;

/** Text as a terminal may have it: what it would obey is spelt as JSON spells it, so that JSON stays what it is. */
export const shownText = (text: string): string =>
  text.replaceAll(obeyed, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
