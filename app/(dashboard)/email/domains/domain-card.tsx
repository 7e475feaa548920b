"use client";

import { useState } from "react";
import type { MailDomain } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Badge, type Tone } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { TimeAgo } from "../../../_ui/time.tsx";
import { ruled } from "../../facts.tsx";
import { CopiedValue } from "../../members/sign-in/copied-value.tsx";

type DnsRecord = MailDomain["records"][number];

const states: Readonly<
  Record<DnsRecord["state"], { readonly label: string; readonly tone: Tone; readonly title: string }>
> = {
  unchecked: { label: "not looked up", tone: "plain", title: "Nobody has looked since this page was opened" },
  found: { label: "found", tone: "good", title: "The DNS says what it has to" },
  missing: { label: "missing", tone: "bad", title: "The DNS has no such record" },
  wrong: { label: "other value", tone: "bad", title: "The DNS has a record of this name that says something else" },
  unknown: { label: "unknown", tone: "warn", title: "The DNS did not answer, or the vendor alone knows the name" },
};

const purposes: Readonly<Record<DnsRecord["purpose"], string>> = {
  spf: "Who may send for the domain (SPF)",
  dkim: "The signature of its mail (DKIM)",
  dmarc: "What receivers do with mail that fails both (DMARC)",
};

const ServedRecord = ({ record, domain }: { readonly record: DnsRecord; readonly domain: string }) => {
  const { purpose, type, name, expected, value, state, found } = record;
  const { label, tone, title } = states[state];
  return (
    <li className="space-y-2 py-3">
      <p className="flex flex-wrap items-center gap-2 font-medium">
        {purposes[purpose]}{" "}
        <Badge tone={tone} title={title}>
          {label}
        </Badge>
      </p>
      {name.includes("<") ? (
        <p className="text-sm text-muted">
          {type} record, named by your vendor: <span className="font-mono text-xs break-all text-ink">{name}</span>
        </p>
      ) : (
        <CopiedValue label={`${type} record's name (${purpose} of ${domain})`} value={name} />
      )}
      {value === null ? (
        <p className="text-sm wrap-anywhere text-muted">It says {expected}.</p>
      ) : (
        <>
          <CopiedValue label={`${type} record's value (${purpose} of ${domain})`} value={value} />
          <p className="text-sm wrap-anywhere text-muted">{expected}.</p>
        </>
      )}
      {state === "wrong" && (
        <p className="text-sm text-muted">
          The DNS says{" "}
          {found.map((text) => (
            <code key={text} className="mr-2 font-mono text-xs break-all">
              {text}
            </code>
          ))}
        </p>
      )}
    </li>
  );
};

/** A domain that the organization may send for, with the records that it needs. */
export const DomainCard = ({ domain: listed }: { readonly domain: MailDomain }) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [checked, setChecked] = useState<MailDomain>();
  const [verified, setVerified] = useState<boolean>();
  const { domain, addedAt, records } = checked ?? listed;
  const check = submit(async (form) => {
    const selector = formText(form, "selector").trim();
    const answer = await change((nexus) =>
      nexus.email.domains.verify.mutate({ domain, ...(selector !== "" && { selector }) }),
    );
    setChecked(answer.domain);
    setVerified(answer.verified);
  });
  return (
    <Card
      title={domain}
      aside={
        verified === undefined ? (
          <span className="text-sm text-muted">
            added <TimeAgo at={addedAt} />
          </span>
        ) : (
          <Badge tone={verified ? "good" : "warn"}>{verified ? "ready to send" : "records missing"}</Badge>
        )
      }
    >
      <ul aria-label={`Records of ${domain}`} className={ruled}>
        {records.map((record) => (
          <ServedRecord key={`${record.purpose} ${record.name}`} record={record} domain={domain} />
        ))}
      </ul>
      <form onSubmit={check} aria-label={`Look up ${domain}`} className="mt-3 space-y-3" noValidate>
        <RefusalNotice refusal={refusal} />
        <div className="flex flex-wrap items-end gap-3">
          <div className="grow basis-56">
            <FormField
              label="DKIM selector (optional)"
              name="selector"
              placeholder="s1"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={128}
              expected={expected("selector")}
            />
          </div>
          <Button
            type="submit"
            look="primary"
            disabled={busy}
            className="min-h-10"
            aria-label={`Look up the records of ${domain}`}
          >
            {busy ? "Looking…" : "Look up the records"}
          </Button>
        </div>
        <p className="text-sm text-muted">
          The selector is the name before ._domainkey that your vendor gave you. The DNS may need an hour to show a
          change.
        </p>
      </form>
    </Card>
  );
};
