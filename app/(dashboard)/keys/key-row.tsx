"use client";

import { useState } from "react";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import type { ListedKey } from "./api-keys.ts";

const State = ({ apiKey: { ofOrganization, isTest, expired, revoked } }: { readonly apiKey: ListedKey }) => (
  <>
    {ofOrganization && <Badge tone="accent">organization</Badge>}
    {isTest && <Badge>test</Badge>}
    {revoked && <Badge tone="bad">revoked</Badge>}
    {!revoked && expired && <Badge tone="warn">expired</Badge>}
  </>
);

/** One API key: what it may do, since when, until when, and its end. */
export const KeyRow = ({ apiKey, onRevoked }: { readonly apiKey: ListedKey; readonly onRevoked: () => void }) => {
  const { id, name, shown, scopes, bindings, createdAt, lastUsedAt, expiresAt, revoked } = apiKey;
  const ask = useAskAuth();
  const [revoking, setRevoking] = useState(false);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-64 space-y-1">
        <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
          <bdi>{name}</bdi> <State apiKey={apiKey} />
        </p>
        <p className="font-mono text-xs break-all text-muted">{shown}</p>
        <p className="flex flex-wrap gap-1.5">
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </p>
        {bindings.length > 0 && (
          <p className="text-sm wrap-anywhere text-muted">
            Only for{" "}
            {bindings.map(({ type, resourceId, ended }) => `${type} ${resourceId}${ended ? " (gone)" : ""}`).join(", ")}
          </p>
        )}
        <p className="text-sm text-muted">
          Made <TimeAgo at={createdAt} /> ·{" "}
          {lastUsedAt === undefined ? (
            "never used"
          ) : (
            <>
              used <TimeAgo at={lastUsedAt} />
            </>
          )}{" "}
          ·{" "}
          {expiresAt === undefined ? (
            "no end"
          ) : (
            <>
              until <FullTime at={expiresAt} />
            </>
          )}
        </p>
      </div>
      {!revoked && (
        <Button look="quiet" aria-label={`Revoke ${name}`} onClick={() => setRevoking(true)}>
          Revoke
        </Button>
      )}
      {revoking && (
        <ConfirmRemoval
          title={`Revoke ${name}?`}
          description="Calls with this key are refused from now on. It cannot be brought back."
          action="Revoke"
          onClose={() => setRevoking(false)}
          remove={async () => {
            await ask("DELETE", `/api/api-keys/${encodeURIComponent(id)}`);
            onRevoked();
          }}
        />
      )}
    </li>
  );
};
