"use client";

import { useState } from "react";
import type { ListedPolicy } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { formatMoney } from "../../../_ui/format-money.ts";
import { Meter } from "../../../_ui/meter.tsx";
import { Fact, ruled } from "../../facts.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { ruleFields, shownRule } from "./rule-fields.ts";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const PolicyDialog = whenOpened(() => import("./policy-dialog.tsx").then((module) => module.PolicyDialog));

const nearlyPercent = 80;

const toneOf = (percent: number): "accent" | "warn" | "bad" => {
  if (percent >= 100) return "bad";
  return percent >= nearlyPercent ? "warn" : "accent";
};

interface UseProps {
  readonly label: string;
  readonly used: bigint;
  readonly limit: bigint;
  readonly shown: (amount: bigint) => string;
}

const Use = ({ label, used, limit, shown }: UseProps) => {
  const percent = limit === 0n ? 100 : Number((used * 1_000n) / limit) / 10;
  return (
    <li className="space-y-1.5">
      <p className="flex flex-wrap justify-between gap-x-4 text-sm tabular-nums">
        <span>{label}</span>
        <span className="text-muted">
          {shown(used)} of {shown(limit)}
        </span>
      </p>
      <Meter label={label} percent={percent} tone={toneOf(percent)} />
    </li>
  );
};

/** What was taken today of the limits that count a day. */
const Today = ({ policy: { rules, today } }: { readonly policy: ListedPolicy }) => {
  const { dailyVolume = [], dailyMessages } = rules;
  if (dailyVolume.length === 0 && dailyMessages === undefined) return null;
  return (
    <ul aria-label="Today" className="mt-4 space-y-3">
      {dailyVolume.flatMap(({ amount, currency }) =>
        (["payments", "refunds"] as const).map((kind) => (
          <Use
            key={`${kind} ${currency}`}
            label={`${kind === "payments" ? "Payments" : "Refunds"} today in ${currency}`}
            used={BigInt(today[kind].find((one) => one.currency === currency)?.amount ?? 0)}
            limit={BigInt(amount)}
            shown={(value) => formatMoney({ amount: value.toString(), currency })}
          />
        )),
      )}
      {dailyMessages !== undefined && (
        <Use
          label="Messages today"
          used={BigInt(today.messages)}
          limit={BigInt(dailyMessages)}
          shown={(value) => value.toLocaleString("en-US")}
        />
      )}
    </ul>
  );
};

interface PolicyCardProps {
  readonly policy: ListedPolicy;
  readonly title: string;
  readonly mayManage: boolean;
  readonly onChanged: () => void;
}

/** The limits of an app, or of all of them together, with what was used of them today. */
export const PolicyCard = ({ policy, title, mayManage, onChanged }: PolicyCardProps) => {
  const change = useChangeAtNexus();
  const [open, setOpen] = useState<"change" | "remove">();
  const close = (): void => setOpen(undefined);
  return (
    <Card
      title={title}
      aside={
        mayManage ? (
          <span className="flex gap-1">
            <Button aria-label={`Change the policy of ${title}`} onClick={() => setOpen("change")}>
              Change
            </Button>
            <Button look="quiet" aria-label={`Remove the policy of ${title}`} onClick={() => setOpen("remove")}>
              Remove
            </Button>
          </span>
        ) : undefined
      }
    >
      <dl className={ruled}>
        {ruleFields
          .filter(({ name }) => policy.rules[name] !== undefined)
          .map((field) => (
            <Fact key={field.name} name={field.label}>
              <span className="min-w-0 font-medium wrap-anywhere tabular-nums">{shownRule(policy.rules, field)}</span>
            </Fact>
          ))}
      </dl>
      <Today policy={policy} />
      {open === "change" && (
        <PolicyDialog
          policy={policy}
          apps={[]}
          forAll={false}
          onClose={close}
          onSaved={() => {
            close();
            onChanged();
          }}
        />
      )}
      {open === "remove" && (
        <ConfirmRemoval
          title={`Remove the policy of ${title}?`}
          description="What it limits is not limited any more, from the next call on. Budgets and other policies still hold."
          action="Remove the policy"
          onClose={close}
          remove={async () => {
            await change((nexus) => nexus.spending.set.mutate({ appId: policy.appId, rules: {} }));
            onChanged();
          }}
        />
      )}
    </Card>
  );
};
