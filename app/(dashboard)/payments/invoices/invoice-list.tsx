"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { ExternalLink } from "lucide-react";
import Link from "next/link";
import { Badge, type Tone } from "../../../_ui/badge.tsx";
import { CopyButton } from "../../../_ui/copy-button.tsx";
import { formatMoney } from "../../../_ui/format-money.ts";
import { FullTime, TimeAgo } from "../../../_ui/time.tsx";

type Invoice = NexusOutputs["payments"]["invoice"]["list"]["invoices"][number];

const tones: Readonly<Record<Invoice["status"], Tone>> = {
  draft: "plain",
  open: "accent",
  pending: "accent",
  partially_paid: "warn",
  paid: "good",
  partially_refunded: "warn",
  refunded: "plain",
  uncollectible: "bad",
  canceled: "plain",
  unknown: "warn",
};

const Item = ({ invoice }: { readonly invoice: Invoice }) => {
  const { invoiceId, provider, providerStatus, status, number, customerId, total, remaining, url, createdAt, dueAt } =
    invoice;
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-t border-line px-5 py-3">
      <div className="min-w-0 grow basis-60">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <bdi className="wrap-anywhere">{number ?? "Draft"}</bdi>
          <Badge tone={tones[status]} title={`The vendor says: ${providerStatus}`}>
            {status.replaceAll("_", " ")}
          </Badge>
          <CopyButton text={invoiceId} label={`Copy the id of ${number ?? "the draft"}`} />
        </p>
        <p className="text-sm text-muted">
          {createdAt !== null && (
            <>
              Written <TimeAgo at={createdAt} />
            </>
          )}
          {dueAt !== null && (
            <>
              , due <FullTime at={dueAt} />
            </>
          )}
        </p>
        {customerId !== null && (
          <Link
            href={`/payments/subscriptions?vendor=${provider}&id=${encodeURIComponent(customerId)}`}
            className="text-sm text-accent-strong underline underline-offset-2"
          >
            Its customer
          </Link>
        )}
      </div>
      <p className="text-right tabular-nums">
        <span className="block font-medium">{total === null ? "–" : formatMoney(total)}</span>
        {remaining !== null && remaining.amount !== "0" && status !== "canceled" && (
          <span className="block text-sm text-muted">{formatMoney(remaining)} to be paid</span>
        )}
      </p>
      {url !== null && (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1 font-medium text-accent-strong underline underline-offset-2"
        >
          Open
          <span className="sr-only">
            {" "}
            {number ?? "the draft"} at {provider}
          </span>
          <ExternalLink aria-hidden="true" className="size-4" />
        </a>
      )}
    </li>
  );
};

interface InvoiceListProps {
  readonly invoices: readonly Invoice[];
  /** What stands in place of an empty list. */
  readonly empty: string;
}

/** Invoices as their vendor shows them, newest first. */
export const InvoiceList = ({ invoices, empty }: InvoiceListProps) =>
  invoices.length === 0 ? (
    <p className="border-t border-line px-5 py-10 text-center text-muted">{empty}</p>
  ) : (
    <ul aria-label="Invoices">
      {invoices.map((invoice) => (
        <Item key={invoice.invoiceId} invoice={invoice} />
      ))}
    </ul>
  );
