"use client";

import { useState } from "react";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../../_forms/use-submit.ts";
import { useAskAuth, type AuthAnswerOf } from "../../../_data/use-auth-answer.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { useStepUp } from "../../security/user/_account/step-up.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { Loaded } from "../../security/user/_parts/loaded.tsx";
import type { CompanyProvider, SignInSettings } from "./company.ts";
import { CopiedValue } from "./copied-value.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";

const ProviderForm = whenOpened(() => import("./provider-form.tsx").then((module) => module.ProviderForm));

interface SetUpProps {
  readonly settings: SignInSettings;
  readonly provider: CompanyProvider;
  readonly path: string;
  readonly onEdit: () => void;
  readonly onChanged: () => void;
}

/** As the API takes it; a client's secret that is left out is kept. */
const enforcedOrNot = (provider: CompanyProvider, enforced: boolean) =>
  provider.kind === "oidc"
    ? {
        kind: provider.kind,
        issuer: provider.issuer,
        clientId: provider.clientId,
        joinOnSignIn: provider.joinOnSignIn,
        enforced,
      }
    : { ...provider, enforced };

const Enforcement = ({ provider, path, onChanged }: Pick<SetUpProps, "provider" | "path" | "onChanged">) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, run } = useSubmit();
  const [asking, setAsking] = useState(false);
  const set = (enforced: boolean) => withStepUp(() => ask("PUT", path, enforcedOrNot(provider, enforced)));
  return (
    <div className="space-y-2 border-t border-line pt-4">
      <RefusalNotice refusal={refusal} />
      <p className="flex flex-wrap items-center gap-2 font-medium">
        Sign-in here alone
        {provider.enforced ? <Badge tone="good">enforced</Badge> : <Badge>not enforced</Badge>}
      </p>
      <p className="text-sm text-pretty text-muted">
        When it is enforced, members with an address of a verified domain sign in at your provider and nowhere else.
        Owners can still use their password or passkey, so that a broken provider does not lock everybody out: each such
        sign-in is recorded and mailed to all owners. Keep two owners, each with a second factor.
      </p>
      {provider.enforced ? (
        <Button
          disabled={busy}
          onClick={() =>
            run(async () => {
              await set(false);
              onChanged();
            })
          }
        >
          Stop enforcing
        </Button>
      ) : (
        <Button disabled={busy} onClick={() => setAsking(true)}>
          Enforce
        </Button>
      )}
      {asking && (
        <ConfirmRemoval
          title="Enforce sign-in at your provider?"
          description="Sessions that members opened in another way end at once, with the apps and devices they let in. Test the connection first."
          action="Enforce"
          onClose={() => setAsking(false)}
          remove={async () => {
            await set(true);
            onChanged();
          }}
        />
      )}
    </div>
  );
};

const SetUp = ({ settings, provider, path, onEdit, onChanged }: SetUpProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const [removing, setRemoving] = useState(false);
  return (
    <div className="space-y-4">
      <p className="flex flex-wrap items-center gap-2 break-all">
        <Badge tone="accent">{provider.kind === "saml" ? "SAML 2.0" : "OpenID Connect"}</Badge>
        {provider.kind === "saml" ? provider.entityId : provider.issuer}
      </p>
      <CopiedValue label="sign-in link for your people" value={settings.startUrl} />
      <div className="flex flex-wrap gap-2">
        <a
          href={`${settings.startUrl}?test=1`}
          target="_blank"
          rel="noreferrer"
          className="inline-flex min-h-9 items-center rounded-lg bg-accent px-3.5 py-1.5 font-medium text-accent-ink transition-colors hover:bg-accent-strong"
        >
          Test the connection
          <span className="sr-only"> (opens a new tab)</span>
        </a>
        <Button onClick={onEdit}>Change</Button>
        <Button look="quiet" onClick={() => setRemoving(true)}>
          Remove
        </Button>
      </div>
      <p className="text-sm text-pretty text-muted">
        The test goes through your provider and shows whom it names and whether they would get in. Nobody is signed in.
      </p>
      <Enforcement provider={provider} path={path} onChanged={onChanged} />
      {removing && (
        <ConfirmRemoval
          title="Remove the provider?"
          description="Nobody signs in there any more. Members sign in by password, passkey or a reset of the password."
          action="Remove"
          onClose={() => setRemoving(false)}
          remove={async () => {
            await withStepUp(() => ask("DELETE", path));
            onChanged();
          }}
        />
      )}
    </div>
  );
};

interface ProviderCardProps {
  readonly answer: AuthAnswerOf<SignInSettings>;
  readonly path: string;
  /** Without a verified domain a provider speaks for nobody. */
  readonly hasDomain: boolean;
}

/** Where the organization's people sign in. */
export const ProviderCard = ({ answer, path, hasDomain }: ProviderCardProps) => {
  const [editing, setEditing] = useState(false);
  return (
    <Card title="Sign-in">
      <Loaded answer={answer} label="Sign-in" rows={4}>
        {(settings) => {
          const { provider } = settings;
          if (!provider && !hasDomain)
            return (
              <p className="py-2 text-pretty">Verify a domain first. Then your people can sign in at your provider.</p>
            );
          return provider && !editing ? (
            <SetUp
              settings={settings}
              provider={provider}
              path={path}
              onEdit={() => setEditing(true)}
              onChanged={answer.reload}
            />
          ) : (
            <ProviderForm
              settings={settings}
              path={path}
              onSaved={() => {
                setEditing(false);
                answer.reload();
              }}
              onCancel={provider && (() => setEditing(false))}
            />
          );
        }}
      </Loaded>
    </Card>
  );
};
