"use client";

import { useState } from "react";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { useAskAuth, type AuthAnswerOf } from "../../../_data/use-auth-answer.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { TimeAgo } from "../../../_ui/time.tsx";
import { useStepUp } from "../../security/user/_account/step-up.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { Loaded } from "../../security/user/_parts/loaded.tsx";
import type { CompanyDomain } from "./company.ts";
import { CopiedValue } from "./copied-value.tsx";

const badges = {
  pending: { tone: "warn", word: "not verified yet" },
  verified: { tone: "good", word: "verified" },
  missing: { tone: "bad", word: "record missing" },
} as const;

interface DomainRowProps {
  readonly domain: CompanyDomain;
  readonly path: string;
  readonly onChanged: () => void;
}

const DomainRow = ({
  domain: { domain, status, recordName, recordValue, checkedAt },
  path,
  onChanged,
}: DomainRowProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, run } = useSubmit();
  const [removing, setRemoving] = useState(false);
  const verify = (): void =>
    run(async () => {
      await withStepUp(() => ask("POST", `${path}/verify`));
      onChanged();
    });
  const { tone, word } = badges[status];
  return (
    <li className="space-y-2 border-t border-line py-3 first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="flex min-w-0 grow basis-40 flex-wrap items-center gap-2 font-medium break-all">
          {domain} <Badge tone={tone}>{word}</Badge>
        </p>
        {status !== "verified" && (
          <Button look="primary" disabled={busy} aria-label={`Verify ${domain}`} onClick={verify}>
            {busy ? "Looking…" : "Verify"}
          </Button>
        )}
        <Button look="quiet" disabled={busy} aria-label={`Remove ${domain}`} onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      <RefusalNotice refusal={refusal} />
      {status !== "verified" && (
        <>
          <p className="text-sm text-pretty text-muted">
            {status === "missing"
              ? "The TXT record is gone. Publish it again within three days, or the domain is no longer yours."
              : "Publish this TXT record where the domain's DNS is managed, then verify."}
          </p>
          <CopiedValue label={`TXT record's name for ${domain}`} value={recordName} />
          <CopiedValue label={`TXT record's value for ${domain}`} value={recordValue} />
        </>
      )}
      {checkedAt !== undefined && (
        <p className="text-sm text-muted">
          Looked up <TimeAgo at={checkedAt} />; the record has to stay.
        </p>
      )}
      {removing && (
        <ConfirmRemoval
          title={`Remove ${domain}?`}
          description="People with addresses of this domain no longer sign in at your provider, and the directory joins no more accounts of it."
          action="Remove"
          onClose={() => setRemoving(false)}
          remove={async () => {
            await withStepUp(() => ask("DELETE", path));
            onChanged();
          }}
        />
      )}
    </li>
  );
};

interface DomainsCardProps {
  readonly answer: AuthAnswerOf<readonly CompanyDomain[]>;
  readonly path: string;
}

/** Domains that the organization has shown to be its own, and those it still has to show. */
export const DomainsCard = ({ answer, path }: DomainsCardProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, expected, submit } = useSubmit();
  const [added, setAdded] = useState(0);
  const add = submit(async (form) => {
    await withStepUp(() => ask("POST", path, { domain: formText(form, "domain").trim().toLowerCase() }));
    setAdded((count) => count + 1);
    answer.reload();
  });
  return (
    <Card title="Domains">
      <p className="mb-2 text-sm text-pretty text-muted">
        A provider and a directory speak for addresses of verified domains alone.
      </p>
      <Loaded answer={answer} label="Domains">
        {(domains) =>
          domains.length === 0 ? (
            <p className="py-2">No domain yet. Add the one in your people&apos;s e-mail addresses.</p>
          ) : (
            <ul aria-label="Domains">
              {domains.map((domain) => (
                <DomainRow
                  key={domain.id}
                  domain={domain}
                  path={`${path}/${encodeURIComponent(domain.id)}`}
                  onChanged={answer.reload}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <form key={added} onSubmit={add} className="mt-3 space-y-3">
        <RefusalNotice refusal={refusal} />
        <FormField
          label="Add a domain"
          name="domain"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="example.com"
          required
          maxLength={253}
          expected={expected("domain")}
        />
        <Button type="submit" disabled={busy}>
          {busy ? "One moment…" : "Add"}
        </Button>
      </form>
    </Card>
  );
};
