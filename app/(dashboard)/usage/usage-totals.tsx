import type { ExploredUsage } from "../../_data/answers.ts";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { Change } from "../change.tsx";
import { Tile } from "../tile.tsx";
import { callsAddress, type UsageChoice } from "./usage-question.ts";

const count = new Intl.NumberFormat("en-US");
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

const share = (part: number, all: number): string => `${all === 0 ? 0 : Math.round((part / all) * 1_000) / 10} %`;
const ms = (value: number | null): string => (value === null ? "–" : `${count.format(value)} ms`);

interface UsageTotalsProps {
  readonly usage: ExploredUsage | undefined;
  readonly choice: UsageChoice;
}

/** The sums of what the filters leave, how they compare, and the calls behind them. */
export const UsageTotals = ({ usage, choice }: UsageTotalsProps) => {
  const totals = usage?.totals;
  const before = usage?.before?.totals;
  const tokens = totals && totals.inputUnits + totals.outputUnits;
  const tokensBefore = before && before.inputUnits + before.outputUnits;
  const calls = callsAddress(choice);
  return (
    <dl className="grid grid-cols-2 gap-3 sm:gap-4 lg:grid-cols-5" aria-busy={totals === undefined}>
      <Tile
        label="Cost"
        value={totals && formatMoney(totals.costNanos)}
        title={totals && exactMoney(totals.costNanos)}
        href={calls}
        note={
          <>
            {totals && before && <Change now={BigInt(totals.costNanos)} before={BigInt(before.costNanos)} />}
            {totals && totals.heldNanos !== "0" && <span className="block">{formatMoney(totals.heldNanos)} held</span>}
          </>
        }
      />
      <Tile
        label="Calls"
        value={totals && count.format(totals.calls)}
        href={calls}
        note={totals && before && <Change now={totals.calls} before={before.calls} />}
      />
      <Tile
        label="Errors"
        value={totals && share(totals.errors, totals.calls)}
        href={callsAddress({ ...choice, status: "failed" })}
        note={
          <>
            {totals && count.format(totals.errors)}{" "}
            {totals && before && <Change now={totals.errors} before={before.errors} isBad />}
          </>
        }
      />
      <Tile
        label="Tokens"
        value={tokens === undefined ? undefined : compact.format(tokens)}
        title={tokens === undefined ? undefined : count.format(tokens)}
        note={tokens !== undefined && tokensBefore !== undefined && <Change now={tokens} before={tokensBefore} />}
      />
      <Tile
        label="95 % answered within"
        value={totals && ms(totals.latencyP95Ms)}
        note={totals && `median ${ms(totals.latencyP50Ms)}`}
      />
    </dl>
  );
};
