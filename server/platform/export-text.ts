import { z } from "zod";
import { csvText } from "./csv-text.ts";

/** How an export is written down. */
export const ExportFormat = z.enum(["csv", "ndjson", "json"]);
export type ExportFormat = z.infer<typeof ExportFormat>;

/** Media types of the formats. */
export const exportTypes: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson",
  json: "application/json",
};

/** A number of any size, or a moment, as it is written. */
interface PlainCell {
  readonly plain: string;
}

/** A value of a row as a table for spreadsheets has it. */
export type ExportCell = string | number | bigint | PlainCell | null;

interface ExportText<Row> {
  readonly format: ExportFormat;
  readonly pages: AsyncIterable<readonly Row[]>;
  /** What the rows are called where they are one JSON object. */
  readonly list: string;
  /** The columns of the table, by their names. */
  readonly columns: Readonly<Record<string, (row: Row) => ExportCell>>;
  /** What the last piece says beside how many rows there were; asked for once all are written. */
  readonly notes?: () => Readonly<Record<string, string | number>>;
  /** Nothing is said at the end: whoever writes the text down says so elsewhere. */
  readonly endless?: boolean;
}

interface Writing<Row> {
  readonly head: string;
  readonly row: (row: Row, first: boolean) => string;
  /** Says how many rows there were: without it, the export broke off. */
  readonly end: (rows: number) => string;
}

const cellText = (value: ExportCell): string => {
  if (typeof value === "string") return csvText(value);
  return typeof value === "object" ? (value?.plain ?? "") : String(value);
};

const writingOf = <Row>({ format, list, columns, notes = () => ({}) }: ExportText<Row>): Writing<Row> => {
  const cells = Object.values(columns);
  switch (format) {
    case "csv":
      return {
        head: `${Object.keys(columns).join(",")}\r\n`,
        row: (row) => `${cells.map((cell) => cellText(cell(row))).join(",")}\r\n`,
        end: (rows) =>
          `${[`# complete: ${rows} rows`, ...Object.entries(notes()).map(([name, value]) => `${name} ${value}`)].join(", ")}\r\n`,
      };
    case "ndjson":
      return {
        head: "",
        row: (row) => `${JSON.stringify(row)}\n`,
        end: (rows) => `${JSON.stringify({ complete: true, rows, ...notes() })}\n`,
      };
    case "json":
      return {
        head: `{${JSON.stringify(list)}:[`,
        row: (row, first) => `${first ? "" : ","}\n${JSON.stringify(row)}`,
        end: (rows) => `\n],"rows":${rows}}\n`,
      };
  }
};

/** Rows as text, a page at a time; the last piece says how many rows there were. */
export const exportText = async function* <Row>(text: ExportText<Row>): AsyncGenerator<string, void, void> {
  const { head, row, end } = writingOf(text);
  let rows = 0;
  if (head !== "") yield head;
  for await (const page of text.pages) {
    yield page.map((each, place) => row(each, rows + place === 0)).join("");
    rows += page.length;
  }
  if (!text.endless) yield end(rows);
};
