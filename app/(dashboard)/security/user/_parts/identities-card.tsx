"use client";

import { useState } from "react";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { leaving, useSubmit } from "../../../../_forms/use-submit.ts";
import { useAskAuth, useAuthAnswer } from "../../../../_data/use-auth-answer.ts";
import { useSession } from "../../../../_session/session-provider.tsx";
import { Button } from "../../../../_ui/button.tsx";
import { Card } from "../../../../_ui/card.tsx";
import { TimeAgo } from "../../../../_ui/time.tsx";
import { readIdentities, readProviders, type Identity } from "../_account/account.ts";
import { useStepUp } from "../_account/step-up.tsx";
import { ConfirmRemoval } from "./confirm-removal.tsx";
import { Loaded } from "./loaded.tsx";

interface Linkable {
  readonly id: string;
  readonly name: string;
  readonly identity: Identity | undefined;
}

/** Providers on offer, and those that are linked though no longer on offer. */
const linkables = (
  providers: readonly { readonly id: string; readonly name: string }[],
  identities: readonly Identity[],
): readonly Linkable[] => {
  const offered = providers.map(({ id, name }) => ({
    id,
    name,
    identity: identities.find(({ provider }) => provider === id),
  }));
  const others = identities.filter(({ provider }) => !providers.some(({ id }) => id === provider));
  return [...offered, ...others.map((identity) => ({ id: identity.provider, name: identity.provider, identity }))];
};

const IdentityRow = ({
  linkable: { id, name, identity },
  onChanged,
}: {
  readonly linkable: Linkable;
  readonly onChanged: () => void;
}) => {
  const ask = useAskAuth();
  const { authUrl } = useSession();
  const { withStepUp, confirmIdentity } = useStepUp();
  const { busy, refusal, run } = useSubmit();
  const [removing, setRemoving] = useState(false);
  const link = (): void =>
    run(async () => {
      await confirmIdentity();
      location.assign(`${authUrl}/federated/${encodeURIComponent(id)}/start?link=1&return_to=%2Fsettings`);
      return leaving;
    });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-40">
        <p className="font-medium">{name}</p>
        <p className="text-sm break-all text-muted">
          {identity ? (
            <>
              {identity.email ?? "Linked"}, <TimeAgo at={identity.linkedAt} />
            </>
          ) : (
            "Not linked"
          )}
        </p>
        <RefusalNotice refusal={refusal} />
      </div>
      {identity ? (
        <Button look="quiet" aria-label={`Unlink ${name}`} onClick={() => setRemoving(true)}>
          Unlink
        </Button>
      ) : (
        <Button disabled={busy} aria-label={`Link ${name}`} onClick={link}>
          Link
        </Button>
      )}
      {removing && (
        <ConfirmRemoval
          title={`Unlink ${name}?`}
          description={`You will no longer be able to sign in with ${name}.`}
          action="Unlink"
          onClose={() => setRemoving(false)}
          remove={async () => {
            await withStepUp(() => ask("DELETE", `/api/me/identities/${encodeURIComponent(id)}`));
            onChanged();
          }}
        />
      )}
    </li>
  );
};

/** Accounts of other services that sign in to this one. */
export const IdentitiesCard = () => {
  const identities = useAuthAnswer("/api/me/identities", readIdentities);
  const { data: providers } = useAuthAnswer("/sign-in/options", readProviders);
  return (
    <Card title="Linked accounts">
      <Loaded answer={identities} label="Linked accounts">
        {(linked) => {
          const rows = linkables(providers ?? [], linked);
          return rows.length === 0 ? (
            <p className="py-3 text-pretty text-muted">
              Sign-in with other services is not configured here. Use your password or a passkey.
            </p>
          ) : (
            <ul aria-label="Linked accounts">
              {rows.map((linkable) => (
                <IdentityRow key={linkable.id} linkable={linkable} onChanged={identities.reload} />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </Card>
  );
};
