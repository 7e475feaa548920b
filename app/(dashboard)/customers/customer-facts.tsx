"use client";

import { useState } from "react";
import type { CustomerDay, ListedCustomer, ListedTopUp, WalletMovement } from "../../_data/answers.ts";
import type { Names } from "../../_data/use-names.ts";
import { BarChart } from "../../_ui/bar-chart.tsx";
import { Button } from "../../_ui/button.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { Fact, Id, NamedId, Part, ruled } from "../facts.tsx";
import { CustomerStatement } from "./customer-statement.tsx";
import { wordOfEntry, wordOfTopUp } from "./entry-words.ts";
import { whenOpened } from "../../_ui/when-opened.tsx";

const AdjustDialog = whenOpened(() => import("./adjust-dialog.tsx").then((module) => module.AdjustDialog));
const CustomerDialog = whenOpened(() => import("./customer-dialog.tsx").then((module) => module.CustomerDialog));
const TopUpDialog = whenOpened(() => import("./top-up-dialog.tsx").then((module) => module.TopUpDialog));

const dayName = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

const Money = ({ nanos }: { readonly nanos: string }) => (
  <span className="tabular-nums" title={exactMoney(nanos)}>
    {formatMoney(nanos)}
  </span>
);

interface EntriesProps {
  readonly entries: readonly WalletMovement[];
  readonly names: Names;
}

const Entries = ({ entries, names }: EntriesProps) =>
  entries.length === 0 ? (
    <p className="py-2 text-muted">Nothing has moved this wallet yet.</p>
  ) : (
    <ul aria-label="Entries" className={ruled}>
      {entries.map(({ entryId, kind, amountNanos, at, operation, model, reason, actor }) => (
        <li key={entryId} className="flex flex-wrap items-baseline justify-between gap-x-4 py-2">
          <div className="min-w-0">
            <p>{wordOfEntry(kind)}</p>
            <p className="text-sm wrap-anywhere text-muted">
              {[operation, model, reason, actor && names.actor(actor)].filter((word) => word !== null).join(" · ")}{" "}
              <TimeAgo at={at} />
            </p>
          </div>
          <Money nanos={amountNanos} />
        </li>
      ))}
    </ul>
  );

const TopUps = ({ topUps }: { readonly topUps: readonly ListedTopUp[] }) => (
  <ul aria-label="Top-ups" className={ruled}>
    {topUps.map(({ topUpId, creditNanos, status, createdAt }) => (
      <li key={topUpId} className="flex flex-wrap items-baseline justify-between gap-x-4 py-2">
        <p>
          {wordOfTopUp(status)}{" "}
          <span className="text-sm text-muted">
            · made <TimeAgo at={createdAt} />
          </span>
        </p>
        <Money nanos={creditNanos} />
      </li>
    ))}
  </ul>
);

interface CustomerFactsProps {
  readonly names: Names;
  readonly customer: ListedCustomer;
  readonly days: readonly CustomerDay[];
  readonly entries: readonly WalletMovement[];
  readonly topUps: readonly ListedTopUp[];
  readonly onChanged: () => void;
}

type Asking = "change" | "adjust" | "topUp";

/** A customer's wallet, what it spent day by day, and what moved it. */
export const CustomerFacts = ({ names, customer, days, entries, topUps, onChanged }: CustomerFactsProps) => {
  const [asking, setAsking] = useState<Asking>();
  const { customerId, appId, name, plan, stripeCustomerId, blocked, createdAt, wallet } = customer;
  const close = (): void => setAsking(undefined);
  const done = (): void => {
    close();
    onChanged();
  };
  const charged = days.reduce((sum, { chargedNanos }) => sum + BigInt(chargedNanos), 0n);
  return (
    <>
      <p className="text-3xl font-semibold tracking-tight tabular-nums" title={exactMoney(wallet.balanceNanos)}>
        {formatMoney(wallet.balanceNanos)}
      </p>
      <p className="text-muted">
        {BigInt(wallet.balanceNanos) > 0n
          ? "left in the wallet"
          : "The wallet is empty: calls are refused until it is topped up."}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button look="primary" onClick={() => setAsking("topUp")}>
          Make a top-up link
        </Button>
        <Button onClick={() => setAsking("adjust")}>Adjust</Button>
        <Button onClick={() => setAsking("change")}>Change</Button>
      </div>
      <Part title="Customer">
        <dl className={ruled}>
          {name !== null && (
            <Fact name="Name">
              <bdi>{name}</bdi>
            </Fact>
          )}
          <Fact name="The app's id of it">
            <Id id={customerId} label="the customer's id" />
          </Fact>
          <Fact name="App">
            <NamedId id={appId} name={names.app(appId)} what="app" />
          </Fact>
          <Fact name="Plan">{plan ?? "None: calls are charged what they cost"}</Fact>
          {stripeCustomerId !== null && (
            <Fact name="At Stripe">
              <Id id={stripeCustomerId} label="Stripe's id" />
            </Fact>
          )}
          {blocked && <Fact name="Blocked">Calls are refused</Fact>}
          <Fact name="Since">
            <FullTime at={createdAt} />
          </Fact>
        </dl>
      </Part>
      <Part title="Wallet">
        <dl className={ruled}>
          <Fact name="Credited">
            <Money nanos={wallet.creditNanos} />
          </Fact>
          <Fact name="Of it, this month's allowance">
            <Money nanos={wallet.allowanceNanos} />
          </Fact>
          <Fact name="Spent">
            <Money nanos={wallet.spentNanos} />
          </Fact>
          <Fact name="Held by calls under way or in doubt">
            <Money nanos={wallet.heldNanos} />
          </Fact>
        </dl>
      </Part>
      <Part title="Spend">
        <BarChart
          caption="Charged by day, in UTC"
          columns={["Day", "Charged"]}
          bars={days.map(({ day, chargedNanos }) => ({
            key: day,
            label: dayName.format(new Date(day)),
            value: Math.max(Number(chargedNanos), 0),
            shown: formatMoney(chargedNanos),
          }))}
          total={{ label: "Last 30 days", shown: formatMoney(charged) }}
        />
      </Part>
      <Part title="Statement">
        <CustomerStatement appId={appId} customerId={customerId} />
      </Part>
      {topUps.length > 0 && (
        <Part title="Top-ups">
          <TopUps topUps={topUps} />
        </Part>
      )}
      <Part title="Entries">
        <Entries entries={entries} names={names} />
      </Part>
      {asking === "change" && <CustomerDialog customer={customer} onDone={done} onClose={close} />}
      {asking === "adjust" && <AdjustDialog customer={customer} onDone={done} onClose={close} />}
      {asking === "topUp" && <TopUpDialog customer={customer} onChanged={onChanged} onClose={close} />}
    </>
  );
};
