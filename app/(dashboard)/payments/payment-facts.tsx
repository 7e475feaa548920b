"use client";

import { RefreshCw } from "lucide-react";
import Link from "next/link";
import { lazy, Suspense } from "react";
import type { CallDetails, ListedPayment, PaymentDetails } from "../../_data/answers.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import type { ShownFailure } from "../../_ui/failure-notice.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { AttributionFacts } from "../attribution-facts.tsx";
import { Attempts } from "../call-attempts.tsx";
import { TierBadge } from "../call-badges.tsx";
import { CallDoubt } from "../call-doubt.tsx";
import { Fact, Id, Part, ruled } from "../facts.tsx";
import { CopiedValue } from "../members/sign-in/copied-value.tsx";
import { PaymentActions } from "./payment-actions.tsx";
import { PaymentStateBadge, wordOfNext, wordOfPayment } from "./payment-words.tsx";
import { remainingOf } from "./remaining-of.ts";

const PaymentDisputes = lazy(() =>
  import("./payment-disputes.tsx").then((module) => ({ default: module.PaymentDisputes })),
);

const Changes = ({ changes, onOpen }: Pick<PaymentDetails, "changes"> & Pick<PaymentFactsProps, "onOpen">) => (
  <ol aria-label="Since then" className={ruled}>
    {changes.map((change) => {
      const { operationId, operation, amount, createdAt } = change;
      return (
        <li key={operationId} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
          <span className="flex min-w-0 flex-wrap items-center gap-2">
            <button
              type="button"
              onClick={() => onOpen(operationId)}
              className="font-medium text-accent-strong underline"
            >
              <span className="sr-only">Details of </span>
              {wordOfPayment(operation)}
            </button>
            <PaymentStateBadge payment={change} />
          </span>
          <span className="text-sm text-muted tabular-nums">
            {amount !== null && `${formatMoney(amount)}, `}
            <TimeAgo at={createdAt} />
          </span>
        </li>
      );
    })}
  </ol>
);

const Head = ({ payment }: { readonly payment: ListedPayment }) => {
  const { operation, amount, reference, createdAt, errorCode } = payment;
  const next = wordOfNext(payment);
  return (
    <>
      <p className="flex flex-wrap items-center gap-2 font-semibold wrap-anywhere">
        {wordOfPayment(operation)} {reference !== null && <bdi>{reference}</bdi>}{" "}
        <PaymentStateBadge payment={payment} />
        {errorCode !== null && <Badge tone="bad">{errorCode.toLowerCase().replaceAll("_", " ")}</Badge>}
      </p>
      <p className="mt-2 text-3xl font-semibold tracking-tight tabular-nums">
        {amount === null ? "–" : formatMoney(amount)}
      </p>
      <p className="text-sm text-muted">
        <FullTime at={createdAt} />
        {next !== undefined && `, acts next: ${next}`}
      </p>
    </>
  );
};

interface SeenProps extends Pick<PaymentFactsProps, "looking" | "unseen" | "onLook"> {
  readonly payment: ListedPayment;
}

/** How its vendor put it, and when that was. */
const Seen = ({
  payment: { provider, providerStatus, seenAt, paymentId, progress, operation },
  looking,
  unseen,
  onLook,
}: SeenProps) => {
  if (paymentId === null || progress !== "succeeded" || operation === "payments.link.create") return null;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
      <p className="min-w-0 grow basis-48">
        {unseen === undefined ? (
          <>
            {provider} says <span className="font-mono text-xs">{providerStatus ?? "nothing yet"}</span>
            {seenAt !== null && (
              <>
                , since <TimeAgo at={seenAt} />
              </>
            )}
          </>
        ) : (
          <span className="text-bad">
            {provider} could not be asked: {unseen.message}
          </span>
        )}
      </p>
      <Button look="quiet" onClick={onLook} disabled={looking}>
        <RefreshCw className="size-4" />
        {looking ? "Asking…" : "Ask again"}
      </Button>
    </div>
  );
};

/** Who says how it ended, where the reader may not. */
const WhoResolves = ({ operationId }: { readonly operationId: string }) => (
  <div className="mt-3 space-y-2">
    <p className="text-sm text-pretty text-muted">
      The platform&apos;s credential paid for it: an operator of the platform looks at the vendor and says how it ended.
    </p>
    <CopiedValue
      label="Command for an operator, where it was not done"
      value={`npm run nexus -- operations resolve ${operationId} --not-billed --reason "…"`}
    />
  </div>
);

/** Vendors that tell of disputes. */
const disputable: ReadonlySet<string> = new Set(["stripe", "paypal"]);

const isPaid = (operation: string): boolean =>
  operation === "payments.order.create" || operation === "payments.checkout.create";

interface PaymentFactsProps {
  readonly payment: ListedPayment;
  readonly changes: PaymentDetails["changes"];
  /** Undefined: somebody else made it, and the reader sees their own calls. */
  readonly call: CallDetails | undefined;
  readonly looking: boolean;
  readonly unseen: ShownFailure | undefined;
  readonly onLook: () => void;
  readonly onChanged: () => void;
  readonly onOpen: (operationId: string) => void;
}

/** The facts of one payment: its money, what was asked for of it since, who asked, and what was tried. */
export const PaymentFacts = ({ payment, changes, call, onChanged, onOpen, ...seen }: PaymentFactsProps) => {
  const { captured, refunded, of, appId, userId, keyId, provider, paymentId, operationId, operation } = payment;
  const remaining = remainingOf(payment);
  return (
    <>
      <div className="rounded-xl bg-raised px-5 py-4">
        <Head payment={payment} />
        <Seen payment={payment} {...seen} />
        <PaymentActions payment={payment} changes={changes} remaining={remaining} onChanged={onChanged} />
      </div>

      {call && (call.state === "uncertain" || call.doubt !== null) && <CallDoubt call={call} onResolved={onChanged} />}

      {payment.state === "needs_review" && call?.resolvable !== true && <WhoResolves operationId={operationId} />}

      {(captured !== null || refunded !== null) && (
        <Part title="Money">
          <dl className={`${ruled} tabular-nums`}>
            {captured !== null && <Fact name="Taken">{formatMoney(captured)}</Fact>}
            {refunded !== null && <Fact name="Given back">{formatMoney(refunded)}</Fact>}
            {remaining !== undefined && <Fact name="Can still be given back">{formatMoney(remaining)}</Fact>}
          </dl>
        </Part>
      )}

      {captured !== null && paymentId !== null && disputable.has(provider) && isPaid(operation) && (
        <Suspense>
          <PaymentDisputes operation={operation} paymentId={paymentId} />
        </Suspense>
      )}

      {changes.length > 0 && (
        <Part title="Since then">
          <Changes changes={changes} onOpen={onOpen} />
        </Part>
      )}

      <Part title="Payment">
        <dl className={ruled}>
          {paymentId !== null && (
            <Fact name="Id">
              <Id id={paymentId} label="payment id" />
            </Fact>
          )}
          {of !== null && (
            <Fact name="Of">
              <button
                type="button"
                onClick={() => onOpen(of.operationId)}
                className="font-medium text-accent-strong underline"
              >
                {wordOfPayment(of.operation)} <bdi>{of.reference}</bdi>
              </button>
            </Fact>
          )}
          <Fact name="Vendor">
            {provider} <TierBadge tier={payment.credentialTier} />
          </Fact>
          {call && call.vendorRequestId !== null && (
            <Fact name="Vendor's id">
              <Id id={call.vendorRequestId} label="the vendor's id" />
            </Fact>
          )}
          <AttributionFacts appId={appId} userId={userId} keyId={keyId} />
          <Fact name="Vendor's fee">
            <span title={exactMoney(payment.costNanos ?? payment.heldNanos)} className="tabular-nums">
              {payment.costNanos === null
                ? `${formatMoney(payment.heldNanos)} set aside`
                : formatMoney(payment.costNanos)}
            </span>
            {call?.source === "estimated" && <Badge tone="warn">estimated</Badge>}
          </Fact>
          {call && (
            <Fact name="Bookings">
              <Link href={`/calls?call=${operationId}`} className="font-medium text-accent-strong underline">
                Open the call
              </Link>
            </Fact>
          )}
        </dl>
      </Part>

      {call && call.attempts.length > 0 && (
        <Part title="What was tried">
          <Attempts attempts={call.attempts} />
        </Part>
      )}
    </>
  );
};
