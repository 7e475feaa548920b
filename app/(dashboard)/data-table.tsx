"use client";

import { ChevronDown } from "lucide-react";
import {
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  tableFeatures,
  useTable,
  type SortingState,
} from "@tanstack/react-table";
import { useMemo, useState, type ReactNode } from "react";
import { classNames } from "../_ui/class-names.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import { useColumns, type ChoosableColumn } from "./use-columns.ts";

const features = tableFeatures({
  columnVisibilityFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
});

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

interface DataTableProps<Row extends object> {
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
const ariaOf = { asc: "ascending", desc: "descending" } as const;

/** A list with its columns' names, or why it is empty. People choose its columns and, where it can be sorted, its order. */
export const DataTable = <Row extends object>({
  list,
  caption,
  columns,
  rows,
  idOf,
  empty,
  footer,
}: DataTableProps<Row>) => {
  const { shown, show, reset } = useColumns(list, columns);
  const [sorting, setSorting] = useState<SortingState>([]);
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return columns.map(({ id, name, rank }) =>
      helper.accessor((row): unknown => rank?.(row), {
        id,
        header: name,
        enableSorting: rank !== undefined,
        sortFn: "basic",
        sortDescFirst: true,
      }),
    );
  }, [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: idOf,
    state: { columnVisibility: shown, sorting },
    onSortingChange: setSorting,
  });
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const lookOf = (id: string): string => {
    const column = byId.get(id);
    return classNames(padding, column?.align === "right" && "text-right", column?.look);
  };
  if (rows.length === 0) return <div className="border-t border-line px-5 py-10 text-center text-muted">{empty}</div>;
  return (
    <>
      <ColumnChooser columns={columns} shown={shown} onShow={show} onReset={reset} />
      <div className="overflow-x-auto">
        <table className="w-full text-left">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr className="text-sm text-muted">
              {table.getVisibleLeafColumns().map((column) => {
                const order = column.getIsSorted();
                const name = byId.get(column.id)?.name;
                return (
                  <th
                    key={column.id}
                    scope="col"
                    aria-sort={order === false ? undefined : ariaOf[order]}
                    className={classNames(lookOf(column.id), "font-medium whitespace-nowrap")}
                  >
                    {column.getCanSort() ? (
                      <button
                        type="button"
                        onClick={() => column.toggleSorting()}
                        className="inline-flex items-center gap-1 rounded hover:text-ink"
                      >
                        {name}
                        {order !== false && (
                          <ChevronDown className={order === "asc" ? "size-3.5 rotate-180" : "size-3.5"} />
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
            {table.getRowModel().rows.map((row) => (
              <tr key={row.id} className={rowLook}>
                {row.getVisibleCells().map(({ id, column }, at) =>
                  at === 0 ? (
                    <th key={id} scope="row" className={classNames(lookOf(column.id), "text-left font-normal")}>
                      {byId.get(column.id)?.cell(row.original)}
                    </th>
                  ) : (
                    <td key={id} className={lookOf(column.id)}>
                      {byId.get(column.id)?.cell(row.original)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
          {footer !== undefined && (
            <tfoot>
              <tr className="border-t border-line font-medium">
                {table.getVisibleLeafColumns().map(({ id }) => (
                  <td key={id} className={lookOf(id)}>
                    {footer[id]}
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
