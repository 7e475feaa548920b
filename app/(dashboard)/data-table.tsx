"use client";

import { ChevronDown } from "lucide-react";
import { useMemo, useState, type ReactNode } from "react";
import { classNames } from "../_ui/class-names.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import { useColumns, type ChoosableColumn } from "./use-columns.ts";

/** A column of a list. */
export interface DataColumn<Row> extends ChoosableColumn {
  readonly name: string;
  readonly align?: "right";
  /** How its cells look beside what all cells do. */
  readonly look?: string;
  /** By what it is sorted; without it the order is the list's own. */
  readonly rank?: (row: Row) => number | bigint | string;
  readonly cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  /** Under which the chosen columns are kept. */
  readonly list: string;
  readonly caption: string;
  /** The first one says what the row is. Stable between renders. */
  readonly columns: readonly DataColumn<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
  /** What stands in place of an empty list. */
  readonly empty: ReactNode;
  /** Sums under the columns, by the column's id. */
  readonly footer?: Readonly<Record<string, ReactNode>>;
}

const padding = "px-3 py-2.5 first:pl-5 last:pr-5";
const rowLook =
  "relative border-t border-line transition-colors hover:bg-raised/60 has-[button[data-row]:focus-visible]:bg-raised";

interface Order {
  readonly by: string;
  readonly direction: "ascending" | "descending";
}

/** The largest first, then the smallest first, then as the list has it. */
const nextOrder = (by: string, direction: Order["direction"] | undefined): Order | undefined => {
  if (direction === "ascending") return undefined;
  return { by, direction: direction === undefined ? "descending" : "ascending" };
};

const inOrder = <Row,>(
  rows: readonly Row[],
  columns: readonly DataColumn<Row>[],
  order: Order | undefined,
): readonly Row[] => {
  const rank = columns.find(({ id }) => id === order?.by)?.rank;
  if (rank === undefined || order === undefined) return rows;
  const sign = order.direction === "ascending" ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    return a === b ? 0 : a < b ? -sign : sign;
  });
};

const lookOf = ({ align, look }: Pick<DataColumn<never>, "align" | "look">): string =>
  classNames(padding, align === "right" && "text-right", look);

/** A list with its columns' names, or why it is empty. People choose its columns and, where it can be sorted, its order. */
export const DataTable = <Row,>({ list, caption, columns, rows, idOf, empty, footer }: DataTableProps<Row>) => {
  const { shown, show, reset } = useColumns(list, columns);
  const [order, setOrder] = useState<Order>();
  const visible = columns.filter(({ id }) => shown[id] === true);
  const ordered = useMemo(() => inOrder(rows, columns, order), [rows, columns, order]);
  if (rows.length === 0) return <div className="border-t border-line px-5 py-10 text-center text-muted">{empty}</div>;
  return (
    <>
      <ColumnChooser columns={columns} shown={shown} onShow={show} onReset={reset} />
      <div className="overflow-x-auto">
        <table className="w-full text-left">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr className="text-sm text-muted">
              {visible.map(({ id, name, rank, align, look }) => {
                const direction = order?.by === id ? order.direction : undefined;
                return (
                  <th
                    key={id}
                    scope="col"
                    aria-sort={direction}
                    className={classNames(lookOf({ align, look }), "font-medium whitespace-nowrap")}
                  >
                    {rank !== undefined ? (
                      <button
                        type="button"
                        onClick={() => setOrder(nextOrder(id, direction))}
                        className="inline-flex items-center gap-1 rounded hover:text-ink"
                      >
                        {name}
                        {direction !== undefined && (
                          <ChevronDown className={direction === "ascending" ? "size-3.5 rotate-180" : "size-3.5"} />
                        )}
                      </button>
                    ) : (
                      name
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {ordered.map((row) => (
              <tr key={idOf(row)} className={rowLook}>
                {visible.map((column, at) =>
                  at === 0 ? (
                    <th key={column.id} scope="row" className={classNames(lookOf(column), "text-left font-normal")}>
                      {column.cell(row)}
                    </th>
                  ) : (
                    <td key={column.id} className={lookOf(column)}>
                      {column.cell(row)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
          {footer !== undefined && (
            <tfoot>
              <tr className="border-t border-line font-medium">
                {visible.map((column) => (
                  <td key={column.id} className={lookOf(column)}>
                    {footer[column.id]}
                  </td>
                ))}
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </>
  );
};
