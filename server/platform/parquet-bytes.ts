import { zstdCompressSync } from "node:zlib";
import type { ColumnSource } from "hyparquet-writer";

/** How the values of a column are stored. */
export type ColumnType = "text" | "uuid" | "int32" | "int64" | "moment" | "usd";

/** The value of one row: whole numbers beyond 2⁵³, moments (microseconds) and USD (nano-USD) are bigints. */
export type ColumnValue = string | number | bigint | null;

/** A typed column of a table. */
export interface TypedColumn<Row> {
  readonly type: ColumnType;
  /** No row is without a value. */
  readonly required?: boolean;
  readonly value: (row: Row) => ColumnValue;
}

interface ParquetTable<Row> {
  readonly columns: Readonly<Record<string, TypedColumn<Row>>>;
  readonly pages: AsyncIterable<readonly Row[]>;
  /** Rows that are held in memory and compressed at once: few where others wait for the process meanwhile. */
  readonly rowsAtOnce: number;
  /** Names and texts that are kept in the file's end; asked for once all rows are written. */
  readonly notes: () => Readonly<Record<string, string>>;
}

// `as const`, so that each is one of the library's own names.
const elements = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  uuid: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, logical_type: { type: "UUID" } },
  int32: { type: "INT32" },
  int64: { type: "INT64" },
  moment: {
    type: "INT64",
    converted_type: "TIMESTAMP_MICROS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
  },
  // Wider than any amount: sums keep the type in some readers.
  usd: {
    type: "FIXED_LEN_BYTE_ARRAY",
    type_length: 16,
    converted_type: "DECIMAL",
    logical_type: { type: "DECIMAL", precision: 38, scale: 9 },
    precision: 38,
    scale: 9,
  },
} as const satisfies Readonly<Record<ColumnType, object>>;

/** A table as a Parquet file, a group of rows at a time. A file that broke off has no end, and no reader takes it. */
export const parquetBytes = async function* <Row>(
  table: ParquetTable<Row>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  // Few processes ever write one.
  const { ByteWriter, ParquetWriter } = await import("hyparquet-writer");
  const columns = Object.entries(table.columns);
  const writer = new ByteWriter();
  const file = new ParquetWriter({
    writer,
    codec: "ZSTD",
    compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    createdBy: "topolo-nexus",
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map(([name, { type, required }]) => ({
        name,
        ...elements[type],
        repetition_type: required ? ("REQUIRED" as const) : ("OPTIONAL" as const),
      })),
    ],
  });
  const taken = (): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(writer.getBuffer());
    writer.index = 0;
    return bytes;
  };
  const grouped = (rows: readonly Row[]): Uint8Array<ArrayBuffer> => {
    const columnData = columns.map(([name, { value }]): ColumnSource => ({
      name,
      data: rows.map(value),
      offsetIndex: false,
    }));
    void file.write({ columnData, rowGroupSize: rows.length });
    return taken();
  };
  let waiting: Row[] = [];
  for await (const page of table.pages) {
    waiting.push(...page);
    while (waiting.length >= table.rowsAtOnce) {
      yield grouped(waiting.slice(0, table.rowsAtOnce));
      waiting = waiting.slice(table.rowsAtOnce);
    }
  }
  if (waiting.length > 0) yield grouped(waiting);
  file.kvMetadata = Object.entries(table.notes()).map(([key, value]) => ({ key, value }));
  void file.finish();
  yield taken();
};
