/** Rows in columns as wide as their widest cell; columns named in `right` are aligned to the right. */
export const table = (
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string => {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [heads, ...rows].map((row) => tableRow(row, widths, heads, right)).join("\n");
};

/** One row of a table whose widths are known beforehand. */
export const tableRow = (
  row: readonly string[],
  widths: readonly number[],
  heads: readonly string[],
  right: readonly string[] = [],
): string =>
  row
    .map((cell, column) => {
      const width = widths[column] ?? 0;
      return right.includes(heads[column] ?? "") ? cell.padStart(width) : cell.padEnd(width);
    })
    .join("  ")
    .trimEnd();
