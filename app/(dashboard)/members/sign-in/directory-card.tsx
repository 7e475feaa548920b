"use client";

import { useState } from "react";
import { textAt } from "../../../_auth-api/read-answer.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { useAskAuth, useAuthAnswer, type AuthAnswerOf } from "../../../_data/use-auth-answer.ts";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { ShownSecret } from "../../../_ui/shown-secret.tsx";
import { ShownOnce } from "../../../_ui/shown-once.tsx";
import { TimeAgo } from "../../../_ui/time.tsx";
import { useStepUp } from "../../security/user/_account/step-up.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { Loaded } from "../../security/user/_parts/loaded.tsx";
import { readScimTokens, type CompanyDirectory, type ScimToken } from "./company.ts";
import { CopiedValue } from "./copied-value.tsx";

interface TokenRowProps {
  readonly token: ScimToken;
  readonly path: string;
  readonly onChanged: () => void;
}

const TokenRow = ({ token: { name, last4, createdBy, createdAt, lastUsedAt }, path, onChanged }: TokenRowProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const [removing, setRemoving] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-40">
        <p className="font-medium break-words">
          <bdi>{name}</bdi> <span className="font-mono text-sm text-muted">…{last4}</span>
        </p>
        <p className="text-sm break-words text-muted">
          {lastUsedAt === undefined ? (
            "Not used yet"
          ) : (
            <>
              Last sync <TimeAgo at={lastUsedAt} />
            </>
          )}
          , made <TimeAgo at={createdAt} />
          {createdBy !== undefined && ` by ${createdBy}`}
        </p>
      </div>
      <Button look="quiet" aria-label={`Revoke ${name}`} onClick={() => setRemoving(true)}>
        Revoke
      </Button>
      {removing && (
        <ConfirmRemoval
          title={`Revoke “${name}”?`}
          description="Your directory can write nothing more with it. The people whom it brought stay members."
          action="Revoke"
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

interface DirectoryCardProps {
  readonly answer: AuthAnswerOf<CompanyDirectory>;
  readonly path: string;
}

/** The directory that brings people and takes them away: its address and its tokens. */
export const DirectoryCard = ({ answer, path }: DirectoryCardProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const tokens = useAuthAnswer(path, readScimTokens);
  const { busy, refusal, expected, submit } = useSubmit();
  const [made, setMade] = useState<string>();
  const [count, setCount] = useState(0);
  const make = submit(async (form) => {
    const body = await withStepUp(() => ask("POST", path, { name: formText(form, "name").trim() }));
    setMade(textAt(body, "token"));
    setCount((before) => before + 1);
    tokens.reload();
  });
  return (
    <Card title="Directory (SCIM)">
      <p className="mb-3 text-sm text-pretty text-muted">
        Your directory adds people as members and takes them away. Whoever it deactivates loses sessions, keys, apps and
        devices at once.
      </p>
      <Loaded answer={answer} label="Directory">
        {({ scimUrl }) => <CopiedValue label="base address" value={scimUrl} />}
      </Loaded>
      <h3 className="mt-5 text-sm font-medium text-muted">Tokens</h3>
      <Loaded answer={tokens} label="Tokens">
        {(all) =>
          all.length === 0 ? (
            <p className="py-2">No token yet. Make one and give it to your directory.</p>
          ) : (
            <ul aria-label="Tokens">
              {all.map((token) => (
                <TokenRow
                  key={token.id}
                  token={token}
                  path={`${path}/${encodeURIComponent(token.id)}`}
                  onChanged={tokens.reload}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      <form key={count} onSubmit={make} aria-label="Make a token" className="mt-3 space-y-3">
        <RefusalNotice refusal={refusal} />
        <FormField
          label="Name of a new token"
          name="name"
          autoComplete="off"
          placeholder="Entra ID"
          required
          maxLength={100}
          expected={expected("name")}
        />
        <Button type="submit" disabled={busy}>
          {busy ? "One moment…" : "Make a token"}
        </Button>
      </form>
      {made !== undefined && (
        <ShownOnce
          title="Copy the token now"
          description="It is not shown again. Give it to your directory together with the base address."
          kept="I have given it to the directory, or put it in a safe place"
          onClose={() => setMade(undefined)}
        >
          <ShownSecret name="token" text={made} />
        </ShownOnce>
      )}
    </Card>
  );
};
