"use client";

import Link from "next/link";
import { useMemo } from "react";
import type { ExploredUsage } from "../../_data/answers.ts";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { DataTable, type DataColumn } from "../data-table.tsx";
import { Change } from "../change.tsx";
import { callsAddress, dimensions, wordOf, type Dimension, type UsageChoice } from "./usage-question.ts";

type Group = ExploredUsage["groups"][number];

const count = new Intl.NumberFormat("en-US");

const Money = ({ nanos }: { readonly nanos: string }) => <span title={exactMoney(nanos)}>{formatMoney(nanos)}</span>;

const shareOf = (part: string, all: string): string =>
  all === "0" ? "–" : `${Number((BigInt(part) * 1_000n) / BigInt(all)) / 10} %`;

const ms = (value: number | null) =>
  value === null ? <span className="text-muted">–</span> : `${count.format(value)} ms`;

const numbers = "whitespace-nowrap tabular-nums";

/** Behind each dimension what is looked at next, once one of its values is chosen. */
const nextOf: Readonly<Partial<Record<Dimension, Dimension>>> = {
  app: "model",
  user: "model",
  key: "model",
  vendor: "model",
  family: "operation",
  operation: "model",
  tier: "vendor",
  source: "model",
  model: "app",
};

interface UsageGroupsProps {
  readonly usage: ExploredUsage;
  readonly by: Dimension;
  readonly choice: UsageChoice;
  readonly onChoose: (choice: UsageChoice) => void;
  readonly empty: string;
}

const columnsOf = ({ usage, by, choice, onChoose }: Omit<UsageGroupsProps, "empty">): readonly DataColumn<Group>[] => [
  {
    id: "group",
    name: dimensions.find(({ id }) => id === by)?.name ?? "Group",
    always: true,
    look: "w-full max-w-0",
    rank: ({ by: [value], other }) => (other ? "\uffff" : wordOf(by, value?.value ?? null, value?.name ?? null)),
    cell: ({ by: [found], other }) => {
      const value = found?.value ?? null;
      if (other) return <span className="text-muted">{usage.groupCount - usage.groups.length + 1} others</span>;
      const word = wordOf(by, value, found?.name ?? null);
      if (value === null || value === "") return <span className="text-muted">{word}</span>;
      return (
        <>
          <button
            type="button"
            title={`Only ${value}`}
            onClick={() => onChoose({ ...choice, [by]: value, by: nextOf[by] ?? "model" })}
            className="block min-h-6 max-w-full truncate rounded text-left font-medium hover:underline"
          >
            <span className="sr-only">Only </span>
            <bdi>{word}</bdi>
          </button>
          <Link
            href={callsAddress(choice, { by, value })}
            className="inline-flex min-h-6 items-center rounded text-sm text-muted hover:text-ink hover:underline"
          >
            Calls<span className="sr-only"> of {word}</span>
          </Link>
        </>
      );
    },
  },
  {
    id: "cost",
    name: "Cost",
    always: true,
    align: "right",
    look: `${numbers} font-medium`,
    rank: ({ totals }) => BigInt(totals.costNanos),
    cell: ({ totals }) => <Money nanos={totals.costNanos} />,
  },
  {
    id: "share",
    name: "Share",
    from: "md",
    align: "right",
    look: numbers,
    cell: ({ totals }) => shareOf(totals.costNanos, usage.totals.costNanos),
  },
  {
    id: "before",
    name: "Before",
    from: "lg",
    align: "right",
    look: numbers,
    cell: ({ totals, before }) => before && <Change now={BigInt(totals.costNanos)} before={BigInt(before.costNanos)} />,
  },
  {
    id: "calls",
    name: "Calls",
    from: "sm",
    align: "right",
    look: numbers,
    rank: ({ totals }) => totals.calls,
    cell: ({ totals }) => count.format(totals.calls),
  },
  {
    id: "errors",
    name: "Errors",
    from: "sm",
    align: "right",
    look: numbers,
    rank: ({ totals }) => totals.errors,
    cell: ({ totals }) => count.format(totals.errors),
  },
  {
    id: "input",
    name: "Tokens in",
    from: "lg",
    align: "right",
    look: numbers,
    rank: ({ totals }) => totals.inputUnits,
    cell: ({ totals }) => count.format(totals.inputUnits),
  },
  {
    id: "output",
    name: "Tokens out",
    from: "lg",
    align: "right",
    look: numbers,
    rank: ({ totals }) => totals.outputUnits,
    cell: ({ totals }) => count.format(totals.outputUnits),
  },
  {
    id: "half",
    name: "Median",
    from: "never",
    align: "right",
    look: numbers,
    rank: ({ totals }) => totals.latencyP50Ms ?? -1,
    cell: ({ totals }) => ms(totals.latencyP50Ms),
  },
  {
    id: "most",
    name: "95 % within",
    from: "xl",
    align: "right",
    look: numbers,
    rank: ({ totals }) => totals.latencyP95Ms ?? -1,
    cell: ({ totals }) => ms(totals.latencyP95Ms),
  },
];

const idOf = ({ by: [value], other }: Group): string => (other ? "other" : `of ${value?.value}`);

/** The groups, those of most first; a group's name looks into it. */
export const UsageGroups = ({ usage, by, choice, onChoose, empty }: UsageGroupsProps) => {
  const columns = useMemo(() => columnsOf({ usage, by, choice, onChoose }), [usage, by, choice, onChoose]);
  const { totals } = usage;
  return (
    <DataTable
      list="usage"
      caption="Usage by group"
      columns={columns}
      rows={usage.groups}
      idOf={idOf}
      empty={<p>{empty}</p>}
      footer={{
        group: "Total",
        cost: <Money nanos={totals.costNanos} />,
        calls: count.format(totals.calls),
        errors: count.format(totals.errors),
        input: count.format(totals.inputUnits),
        output: count.format(totals.outputUnits),
        half: ms(totals.latencyP50Ms),
        most: ms(totals.latencyP95Ms),
      }}
    />
  );
};
