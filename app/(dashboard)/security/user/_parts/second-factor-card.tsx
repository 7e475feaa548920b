"use client";

import { useState } from "react";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../../../_forms/use-submit.ts";
import { useAskAuth, type AuthAnswerOf } from "../../../../_data/use-auth-answer.ts";
import { Badge } from "../../../../_ui/badge.tsx";
import { Button } from "../../../../_ui/button.tsx";
import { Card } from "../../../../_ui/card.tsx";
import { TimeAgo } from "../../../../_ui/time.tsx";
import { readRecoveryCodes, type SecondFactors } from "../_account/account.ts";
import { useStepUp } from "../_account/step-up.tsx";
import { ConfirmRemoval } from "./confirm-removal.tsx";
import { Loaded } from "./loaded.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { readNewAuthenticator, SetUpAuthenticator, type NewAuthenticator } from "./set-up-authenticator.tsx";

const row = "flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0";
const fewCodes = 3;

const Rows = ({ factors, onChanged }: { readonly factors: SecondFactors; readonly onChanged: () => void }) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, run } = useSubmit();
  const [seed, setSeed] = useState<NewAuthenticator>();
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [removing, setRemoving] = useState(false);
  const { required, totpConfirmedAt, passkeys, recoveryCodesLeft } = factors;
  const hasFactor = totpConfirmedAt !== undefined || passkeys > 0;

  const setUp = (): void =>
    run(async () => setSeed(readNewAuthenticator(await withStepUp(() => ask("POST", "/api/me/mfa/totp")))));
  const renewCodes = (): void =>
    run(async () => {
      setCodes(readRecoveryCodes(await withStepUp(() => ask("POST", "/api/me/mfa/recovery-codes"))));
      onChanged();
    });
  const setRequired = (next: boolean): void =>
    run(async () => {
      await withStepUp(() => ask("PUT", "/api/me/mfa/required", { required: next }));
      onChanged();
    });

  return (
    <>
      <RefusalNotice refusal={refusal} />
      <div className={row}>
        <div className="min-w-0 grow basis-60">
          <p className="flex items-center gap-2 font-medium">
            Ask at every sign-in {required ? <Badge tone="good">on</Badge> : <Badge tone="warn">off</Badge>}
          </p>
          <p className="text-sm text-pretty text-muted">
            {hasFactor
              ? "A password alone is then no longer enough."
              : "Set up an authenticator app or a passkey first."}
          </p>
        </div>
        <Button disabled={busy || (!hasFactor && !required)} onClick={() => setRequired(!required)}>
          {required ? "Turn off" : "Turn on"}
        </Button>
      </div>
      <div className={row}>
        <div className="min-w-0 grow basis-60">
          <p className="font-medium">Authenticator app</p>
          <p className="text-sm text-muted">
            {totpConfirmedAt === undefined ? (
              "Six digits from your phone."
            ) : (
              <>
                Set up <TimeAgo at={totpConfirmedAt} />
              </>
            )}
          </p>
        </div>
        <div className="flex gap-1">
          <Button disabled={busy} onClick={setUp}>
            {totpConfirmedAt === undefined ? "Set up" : "Replace"}
          </Button>
          {totpConfirmedAt !== undefined && (
            <Button look="quiet" aria-label="Remove the authenticator app" onClick={() => setRemoving(true)}>
              Remove
            </Button>
          )}
        </div>
      </div>
      {hasFactor && (
        <div className={row}>
          <div className="min-w-0 grow basis-60">
            <p className="flex items-center gap-2 font-medium">
              Recovery codes
              <Badge tone={recoveryCodesLeft < fewCodes ? "warn" : "plain"}>{recoveryCodesLeft} left</Badge>
            </p>
            <p className="text-sm text-muted">For when you have neither your phone nor a passkey.</p>
          </div>
          <Button disabled={busy} onClick={renewCodes}>
            {recoveryCodesLeft === 0 ? "Make codes" : "Make new codes"}
          </Button>
        </div>
      )}
      {seed && (
        <SetUpAuthenticator
          seed={seed}
          onClose={() => setSeed(undefined)}
          onConfirmed={(made) => {
            setSeed(undefined);
            setCodes(made);
            onChanged();
          }}
        />
      )}
      {codes.length > 0 && <RecoveryCodes codes={codes} onClose={() => setCodes([])} />}
      {removing && (
        <ConfirmRemoval
          title="Remove the authenticator app?"
          description="Its codes will no longer sign you in."
          action="Remove"
          onClose={() => setRemoving(false)}
          remove={async () => {
            await withStepUp(() => ask("DELETE", "/api/me/mfa/totp"));
            onChanged();
          }}
        />
      )}
    </>
  );
};

/** What is asked for beside the password. */
export const SecondFactorCard = ({ answer }: { readonly answer: AuthAnswerOf<SecondFactors> }) => (
  <Card title="Second factor">
    <Loaded answer={answer} label="Second factor" rows={3}>
      {(factors) => <Rows factors={factors} onChanged={answer.reload} />}
    </Loaded>
  </Card>
);
