"use client";

import { Check } from "lucide-react";
import { useState } from "react";
import { useAskAuth, useAuthAnswer } from "../../../../_data/use-auth-answer.ts";
import { Button } from "../../../../_ui/button.tsx";
import { Card } from "../../../../_ui/card.tsx";
import { TimeAgo } from "../../../../_ui/time.tsx";
import { readConnectedApps, type ConnectedApp } from "../_account/account.ts";
import { ConfirmRemoval } from "./confirm-removal.tsx";
import { Loaded } from "./loaded.tsx";

interface AppRowProps {
  readonly app: ConnectedApp;
  readonly onDisconnected: () => void;
}

const AppRow = ({
  app: { clientId, name, unregistered, allowances, grantedAt, lastUsedAt },
  onDisconnected,
}: AppRowProps) => {
  const ask = useAskAuth();
  const [removing, setRemoving] = useState(false);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-52">
        <p className="font-medium break-words">{name}</p>
        {unregistered && <p className="text-sm break-all text-muted">Not registered here: {clientId}</p>}
        <p className="text-sm text-muted">
          Connected <TimeAgo at={grantedAt} />
          {lastUsedAt === undefined ? (
            ", never used"
          ) : (
            <>
              , used <TimeAgo at={lastUsedAt} />
            </>
          )}
        </p>
        <ul aria-label={`What ${name} may do`} className="mt-1 flex flex-wrap gap-x-4 text-sm text-muted">
          {allowances.map((allowance) => (
            <li key={allowance} className="flex items-center gap-1.5">
              <Check className="size-3.5 shrink-0" />
              {allowance}
            </li>
          ))}
        </ul>
      </div>
      <Button look="quiet" aria-label={`Disconnect ${name}`} onClick={() => setRemoving(true)}>
        Disconnect
      </Button>
      {removing && (
        <ConfirmRemoval
          title={`Disconnect ${name}?`}
          description="It loses access to your account at once, and has to ask for permission again."
          action="Disconnect"
          onClose={() => setRemoving(false)}
          remove={async () => {
            await ask("DELETE", `/api/me/consents/${encodeURIComponent(clientId)}`);
            onDisconnected();
          }}
        />
      )}
    </li>
  );
};

/** Apps that the person has let in. */
export const ConnectedAppsCard = () => {
  const answer = useAuthAnswer("/api/me/consents", readConnectedApps);
  const [gone, setGone] = useState<string>();
  return (
    <Card title="Connected apps">
      <p className="mb-2 text-sm text-pretty text-muted">
        Third-party apps, and programs on your devices, that have access to your account.
      </p>
      <output className="text-sm text-good">{gone !== undefined && `${gone} is disconnected.`}</output>
      <Loaded answer={answer} label="Connected apps">
        {(apps) =>
          apps.length === 0 ? (
            <p className="py-3">No connected apps.</p>
          ) : (
            <ul aria-label="Connected apps">
              {apps.map((app) => (
                <AppRow
                  key={app.clientId}
                  app={app}
                  onDisconnected={() => {
                    setGone(app.name);
                    answer.reload();
                  }}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
};
