"use client";

import { outranks } from "@topolo/auth-client";
import { useState } from "react";
import type { ShownSubscription } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../../_forms/use-submit.ts";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { useSession } from "../../../_session/session-provider.tsx";
import { Badge, type Tone } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { CopyButton } from "../../../_ui/copy-button.tsx";
import { formatMoney } from "../../../_ui/format-money.ts";
import { FullTime } from "../../../_ui/time.tsx";
import { Id } from "../../facts.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";

const tones: Readonly<Record<ShownSubscription["status"], Tone>> = {
  incomplete: "warn",
  incomplete_expired: "plain",
  trialing: "accent",
  active: "good",
  past_due: "bad",
  unpaid: "bad",
  paused: "warn",
  canceled: "plain",
  unknown: "warn",
};

const ended: ReadonlySet<string> = new Set(["canceled", "incomplete_expired"]);

type Item = ShownSubscription["items"][number];

/** What one piece comes to each time, where the vendor says so. */
const PriceWords = ({ price, priceId }: Pick<Item, "price" | "priceId">) => {
  if (price === null) return <bdi className="break-all">{priceId ?? "a price of its own"}</bdi>;
  const { amount, interval, intervalCount } = price;
  return (
    <span title={priceId ?? undefined} className="font-medium text-ink tabular-nums">
      {formatMoney(amount)} {intervalCount === 1 ? `a ${interval}` : `every ${intervalCount} ${interval}s`}
    </span>
  );
};

interface SubscriptionItemProps {
  readonly subscription: ShownSubscription;
  readonly onChanged: () => void;
}

/** A subscription as its vendor shows it, and whether it ends. */
export const SubscriptionItem = ({ subscription, onChanged }: SubscriptionItemProps) => {
  const { provider, providerObjectId, providerStatus, status, items, cancelAtPeriodEnd, canceledAt } = subscription;
  const { session } = useSession();
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [ending, setEnding] = useState(false);
  const mayChange = session !== undefined && outranks(session.role, "member") && !ended.has(status);
  const of = { provider, subscriptionId: providerObjectId };
  return (
    <li className="space-y-2 border-t border-line px-5 py-4">
      <RefusalNotice refusal={refusal} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <div className="min-w-0 grow basis-72">
          <p className="flex flex-wrap items-center gap-2">
            <Badge tone={tones[status]} title={`The vendor says: ${providerStatus}`}>
              {status.replaceAll("_", " ")}
            </Badge>
            {cancelAtPeriodEnd && <Badge tone="warn">ends with its period</Badge>}
            <Id id={providerObjectId} label="subscription id" />
          </p>
          <ul className="text-sm text-muted">
            {items.map(({ itemId, priceId, price, quantity, currentPeriodEnd }) => (
              <li key={itemId} className="flex flex-wrap items-center gap-x-1">
                <span>
                  {quantity ?? 1} × <PriceWords price={price} priceId={priceId} />
                </span>
                {priceId !== null && <CopyButton text={priceId} label={`Copy the vendor's id of the price`} />}
                {currentPeriodEnd !== null && (
                  <span>
                    {cancelAtPeriodEnd ? "until" : "renews"} <FullTime at={currentPeriodEnd} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          {canceledAt !== null && (
            <p className="text-sm text-muted">
              canceled <FullTime at={canceledAt} />
            </p>
          )}
        </div>
        {mayChange &&
          (cancelAtPeriodEnd ? (
            <Button
              disabled={busy}
              onClick={() =>
                run(async () => {
                  await change((nexus) =>
                    nexus.payments.subscription.update.mutate({ ...of, cancelAtPeriodEnd: false }),
                  );
                  onChanged();
                })
              }
            >
              {busy ? "One moment…" : "Let it go on"}
            </Button>
          ) : (
            <Button onClick={() => setEnding(true)}>End it</Button>
          ))}
      </div>
      {ending && (
        <ConfirmRemoval
          title="End this subscription?"
          description="It runs to the end of the period that is paid, and does not renew. Until then it can be taken back."
          action="End it with its period"
          onClose={() => setEnding(false)}
          remove={async () => {
            await change((nexus) => nexus.payments.subscription.cancel.mutate({ ...of, at: "period_end" }));
            onChanged();
          }}
        />
      )}
    </li>
  );
};
