import type { ReactNode } from "react";
import { classNames } from "../_ui/class-names.ts";

/** A column of a list, and from which width on it is shown; the details of a row have them all. */
export interface ListColumn<Name extends string> {
  readonly name: Name;
  readonly shown: string;
}

const cell = "px-3 py-2.5 first:pl-5 last:pr-5";

/** How the cells of a list's columns look. */
export const lookOfCells =
  <Name extends string>(columns: readonly ListColumn<Name>[]) =>
  (name: Name): string =>
    classNames(cell, columns.find((column) => column.name === name)?.shown);

interface ListTableProps {
  readonly caption: string;
  readonly columns: readonly ListColumn<string>[];
  /** What stands in place of an empty list. */
  readonly empty: string;
  readonly children: readonly ReactNode[];
}

/** A list with its columns' names, or why it is empty. */
export const ListTable = ({ caption, columns, empty, children }: ListTableProps) => {
  if (children.length === 0) return <p className="border-t border-line px-5 py-10 text-center text-muted">{empty}</p>;
  return (
    <table className="w-full text-left">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="text-sm text-muted">
          {columns.map(({ name, shown }) => (
            <th key={name} scope="col" className={classNames(cell, shown, "font-medium whitespace-nowrap")}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
};
