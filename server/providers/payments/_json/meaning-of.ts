/** What a table says of a vendor's word; `otherwise` for one that it has not: never the nearest one. */
export const meaningOf = <T, O>(table: Readonly<Record<string, T>>, word: string | undefined, otherwise: O): T | O =>
  word !== undefined && Object.hasOwn(table, word) ? (table[word] ?? otherwise) : otherwise;
