"use client";

import { useState } from "react";
import type { ListedServiceToken } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { FullTime, TimeAgo } from "../../../_ui/time.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";

const Times = ({ token: { createdAt, rotatedAt, lastUsedAt, expiresAt } }: { readonly token: ListedServiceToken }) => (
  <p className="text-sm text-muted">
    Made <TimeAgo at={createdAt} />
    {rotatedAt !== null && (
      <>
        {" "}
        · replaced <TimeAgo at={rotatedAt} />
      </>
    )}{" "}
    ·{" "}
    {lastUsedAt === null ? (
      "never used"
    ) : (
      <>
        used <TimeAgo at={lastUsedAt} />
      </>
    )}{" "}
    ·{" "}
    {expiresAt === null ? (
      "no end"
    ) : (
      <>
        until <FullTime at={expiresAt} />
      </>
    )}
  </p>
);

interface ServiceTokenItemProps {
  readonly token: ListedServiceToken;
  /** Told of the token that took the old one's place. */
  readonly onIssued: (token: string) => void;
  readonly onChanged: () => void;
}

/** One service token: as whom it may do what, since when, and its end. */
export const ServiceTokenItem = ({ token, onIssued, onChanged }: ServiceTokenItemProps) => {
  const { id, label, apps, permissions, revokedAt } = token;
  const change = useChangeAtNexus();
  const [open, setOpen] = useState<"replace" | "revoke">();
  const close = (): void => setOpen(undefined);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-64 space-y-1">
        <p className="flex flex-wrap items-center gap-2 font-medium wrap-anywhere">
          <bdi>{label}</bdi>
          {revokedAt !== null && <Badge tone="bad">revoked</Badge>}
        </p>
        <p className="flex flex-wrap gap-1.5">
          {permissions.map((permission) => (
            <Badge key={permission}>{permission}</Badge>
          ))}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          {apps === "all" ? "For any app" : `Only as ${apps.join(", ")}`}
        </p>
        <Times token={token} />
      </div>
      {revokedAt === null && (
        <div className="-ml-3.5 flex flex-wrap gap-1 sm:ml-0">
          <Button look="quiet" aria-label={`Replace ${label}`} onClick={() => setOpen("replace")}>
            Replace
          </Button>
          <Button look="quiet" aria-label={`Revoke ${label}`} onClick={() => setOpen("revoke")}>
            Revoke
          </Button>
        </div>
      )}
      {open === "replace" && (
        <ConfirmRemoval
          title={`Replace ${label}?`}
          description="A new token is made and shown once. The old one goes on for a day, so that you can change it where it is used."
          action="Replace"
          onClose={close}
          remove={async () => onIssued((await change((nexus) => nexus.serviceTokens.rotate.mutate({ id }))).token)}
        />
      )}
      {open === "revoke" && (
        <ConfirmRemoval
          title={`Revoke ${label}?`}
          description="Calls with this token are refused from now on. It cannot be brought back."
          action="Revoke"
          onClose={close}
          remove={async () => {
            await change((nexus) => nexus.serviceTokens.revoke.mutate({ id }));
            onChanged();
          }}
        />
      )}
    </li>
  );
};
