"use client";

import Link from "next/link";
import { useState } from "react";
import type { EmailDetails, EmailEvents } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { AttributionFacts } from "../attribution-facts.tsx";
import { Fact, Id, Part, ruled } from "../facts.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { MailStateBadge } from "./mail-badges.tsx";
import { WhatItSaid } from "./what-it-said.tsx";
import { wordOfCategory } from "./message-filter.ts";
import { wordOfRecipientReason } from "./suppressions/suppression-words.ts";

type Mail = EmailDetails["email"];
type Recipient = Mail["recipients"][number];

const Recipients = ({ recipients }: Pick<Mail, "recipients">) => (
  <ul aria-label="Recipients" className={ruled}>
    {recipients.map(({ address, name, field, state, stateAt, bounce, reason, opens, clicks }: Recipient) => (
      <li key={`${field} ${address}`} className="py-2">
        <p className="flex flex-wrap items-center gap-2">
          <span className="text-muted">{field}</span>
          <span className="min-w-0 font-medium wrap-anywhere">
            <bdi>{name === null ? address : `${name} <${address}>`}</bdi>
          </span>
          <MailStateBadge state={state} />
          {bounce !== null && <Badge tone="bad">{bounce}</Badge>}
        </p>
        <p className="text-sm text-muted">
          {[
            reason === null ? undefined : wordOfRecipientReason(reason),
            opens > 0 ? `opened ${opens} ${opens === 1 ? "time" : "times"}` : undefined,
            clicks > 0 ? `clicked ${clicks} ${clicks === 1 ? "time" : "times"}` : undefined,
          ]
            .filter(Boolean)
            .join(" · ")}
          {stateAt !== null && (
            <>
              {" "}
              <TimeAgo at={stateAt} />
            </>
          )}
        </p>
      </li>
    ))}
  </ul>
);

const Events = ({ events }: { readonly events: EmailEvents }) =>
  events.length === 0 ? (
    <p className="text-muted">
      None yet. Apps report what their vendor tells them with email.reportEvent, for example from a webhook.
    </p>
  ) : (
    <ol aria-label="Events" className={ruled}>
      {events.map(({ provider, eventId, type, recipient, automated, bounce, code, occurredAt }) => (
        <li key={`${provider} ${eventId}`} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5">
          <p className="flex min-w-0 flex-wrap items-center gap-2">
            <span className="font-medium">{type}</span>
            {automated && (
              <Badge title="No person did it, by the vendor's own word; it is not counted">automated</Badge>
            )}
            {bounce !== null && <Badge tone="bad">{bounce}</Badge>}
            <span className="text-sm wrap-anywhere text-muted">{[recipient, code].filter(Boolean).join(" · ")}</span>
          </p>
          <p className="text-sm text-muted">
            {provider}, <FullTime at={occurredAt} />
          </p>
        </li>
      ))}
    </ol>
  );

const waits: ReadonlySet<string> = new Set(["scheduled", "queued"]);

const Cancel = ({ emailId, onChanged }: { readonly emailId: string; readonly onChanged: () => void }) => {
  const change = useChangeAtNexus();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button className="mt-3" onClick={() => setAsking(true)}>
        Cancel it
      </Button>
      {asking && (
        <ConfirmRemoval
          title="Cancel this mail?"
          description="It is not sent, and the money that was set aside for it is free again."
          action="Cancel the mail"
          onClose={() => setAsking(false)}
          remove={async () => {
            await change((nexus) => nexus.email.cancel.mutate({ emailId }));
            onChanged();
          }}
        />
      )}
    </>
  );
};

interface MessageFactsProps {
  readonly mail: Mail;
  readonly content: EmailDetails["content"];
  readonly events: EmailEvents;
  readonly onChanged: () => void;
}

/** The facts of one mail: to whom, how far it has got, what was told of it, and what it said. */
export const MessageFacts = ({ mail, content, events, onChanged }: MessageFactsProps) => (
  <>
    <div className="rounded-xl bg-raised px-5 py-4">
      <p className="text-lg font-semibold wrap-anywhere">
        <bdi>{mail.subject ?? wordOfCategory(mail.category)}</bdi>
      </p>
      <p className="text-sm wrap-anywhere text-muted">
        from <bdi>{mail.from.name === null ? mail.from.address : `${mail.from.name} <${mail.from.address}>`}</bdi>,{" "}
        <FullTime at={mail.createdAt} />
      </p>
      {mail.errorCode !== null && (
        <p className="mt-2">
          <Badge tone="bad">{mail.errorCode.toLowerCase().replaceAll("_", " ")}</Badge>
        </p>
      )}
      {mail.recipients.some(({ state }) => waits.has(state)) && <Cancel emailId={mail.emailId} onChanged={onChanged} />}
    </div>

    <Part title="Recipients">
      <Recipients recipients={mail.recipients} />
    </Part>

    <Part title="What it said">
      <WhatItSaid mail={mail} content={content} />
    </Part>

    <Part title="Events">
      <Events events={events} />
    </Part>

    <Part title="Mail">
      <dl className={ruled}>
        <Fact name="E-mail id">
          <Id id={mail.emailId} label="e-mail id" />
        </Fact>
        <Fact name="Message-ID">
          <Id id={mail.messageId} label="Message-ID" />
        </Fact>
        {mail.providerMessageId !== null && (
          <Fact name="Vendor's id">
            <Id id={mail.providerMessageId} label="the vendor's id" />
          </Fact>
        )}
        <Fact name="Kind">
          {wordOfCategory(mail.category)}, {mail.stream}
        </Fact>
        <Fact name="Vendor">{mail.provider ?? "–"}</Fact>
        <AttributionFacts appId={mail.appId} userId={mail.userId} />
        {mail.operationId !== null && (
          <Fact name="Cost and attempts">
            <Link href={`/calls?call=${mail.operationId}`} className="font-medium text-accent-strong underline">
              Open the call
            </Link>
          </Fact>
        )}
      </dl>
    </Part>
  </>
);
