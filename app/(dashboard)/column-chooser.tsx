"use client";

import type { ChoosableColumn } from "./use-columns.ts";

interface ColumnChooserProps {
  readonly columns: readonly (ChoosableColumn & { readonly name: string })[];
  readonly shown: Readonly<Record<string, boolean>>;
  readonly onShow: (id: string, isShown: boolean) => void;
  /** Undefined while nothing was chosen. */
  readonly onReset: (() => void) | undefined;
}

/** Which columns of a list are shown. */
export const ColumnChooser = ({ columns, shown, onShow, onReset }: ColumnChooserProps) => (
  <details className="group relative px-5 pb-2 text-sm">
    <summary className="ml-auto w-fit cursor-pointer rounded text-muted hover:text-ink">Columns</summary>
    <fieldset className="mt-2 flex flex-wrap gap-x-5 gap-y-1 rounded-lg bg-raised px-4 py-3">
      <legend className="sr-only">Shown columns</legend>
      {columns
        .filter(({ always }) => always !== true)
        .map(({ id, name }) => (
          <label key={id} className="flex min-h-8 items-center gap-2">
            <input
              type="checkbox"
              checked={shown[id] === true}
              onChange={({ currentTarget }) => onShow(id, currentTarget.checked)}
            />
            {name}
          </label>
        ))}
      <button
        type="button"
        disabled={onReset === undefined}
        onClick={onReset}
        className="ml-auto min-h-8 rounded px-1 font-medium text-accent hover:underline disabled:text-muted disabled:no-underline"
      >
        As at first
      </button>
    </fieldset>
  </details>
);
