"use client";

import { useState } from "react";
import type { ListedServiceToken } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useMinute } from "../../../_data/use-minute.ts";
import { useNames } from "../../../_data/use-names.ts";
import { serviceId } from "../../../_session/service-id.ts";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { classNames } from "../../../_ui/class-names.ts";
import { FullTime, TimeAgo } from "../../../_ui/time.tsx";
import { whenOpened } from "../../../_ui/when-opened.tsx";
import { ConfirmRemoval } from "../../security/user/_parts/confirm-removal.tsx";
import { SpentThisMonth, type SpentByKey } from "../spent-this-month.tsx";
import { WordsOfPermissions } from "../words-of-rights.tsx";
import type { Issued } from "./issued-token.tsx";

const ReplaceDialog = whenOpened(() => import("../replace-dialog.tsx").then((module) => module.ReplaceDialog));

interface TimesProps {
  readonly token: ListedServiceToken;
  readonly expired: boolean;
}

const Times = ({ token: { createdAt, rotatedAt, lastUsedAt, expiresAt, revokedAt }, expired }: TimesProps) => (
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
    {revokedAt !== null && (
      <>
        revoked <FullTime at={revokedAt} />
      </>
    )}
    {revokedAt === null && expiresAt === null && "no end"}
    {revokedAt === null && expiresAt !== null && (
      <>
        {expired ? "ended" : "works until"} <FullTime at={expiresAt} />
      </>
    )}
  </p>
);

interface ServiceTokenItemProps {
  readonly token: ListedServiceToken;
  readonly spent: SpentByKey;
  /** Told of the token that took the old one's place. */
  readonly onIssued: (issued: Issued) => void;
  readonly onChanged: () => void;
}

/** One service token: as whom it may do what, since when, what it spends, and its end. */
export const ServiceTokenItem = ({ token, spent, onIssued, onChanged }: ServiceTokenItemProps) => {
  const { id, label, apps, permissions, revokedAt, expiresAt, previousValidUntil } = token;
  const change = useChangeAtNexus();
  const names = useNames();
  const now = useMinute().getTime();
  const isOver = (end: string | null): boolean => end !== null && Date.parse(end) <= now;
  const [open, setOpen] = useState<"replace" | "revoke">();
  const close = (): void => setOpen(undefined);
  const expired = isOver(expiresAt);
  const works = revokedAt === null && !expired;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-64 space-y-1">
        <p
          className={classNames("flex flex-wrap items-center gap-2 font-medium wrap-anywhere", !works && "text-muted")}
        >
          <bdi>{label}</bdi>
          {revokedAt !== null && (
            <Badge tone="bad" title="Somebody ended it">
              revoked
            </Badge>
          )}
          {revokedAt === null && expired && (
            <Badge tone="warn" title="Its time was over">
              expired
            </Badge>
          )}
        </p>
        <WordsOfPermissions service={serviceId} permissions={permissions} />
        <p className="text-sm wrap-anywhere text-muted">
          {apps === "all" ? "For any app" : `Only as ${apps.map(names.app).join(", ")}`}
        </p>
        <Times token={token} expired={expired} />
        {works && previousValidUntil !== null && !isOver(previousValidUntil) && (
          <p className="text-sm text-warn">
            The one before it still works, until <FullTime at={previousValidUntil} />
          </p>
        )}
        <SpentThisMonth of={id} spent={spent} />
      </div>
      {works && (
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
        <ReplaceDialog
          name={label}
          thing="token"
          onClose={close}
          replace={async (overlapSeconds) => {
            const overlapMs = overlapSeconds * 1_000;
            const issued = await change((nexus) => nexus.serviceTokens.rotate.mutate({ id, overlapMs }));
            close();
            onIssued(issued);
          }}
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
