"use client";

import { useState } from "react";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { classNames } from "../../_ui/class-names.ts";
import { FullTime, TimeAgo } from "../../_ui/time.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { readIssuedKey, type IssuedKey, type ListedKey } from "./api-keys.ts";
import { SpentThisMonth, type SpentByKey } from "./spent-this-month.tsx";
import { WordsOfScopes } from "./words-of-rights.tsx";

const ReplaceDialog = whenOpened(() => import("./replace-dialog.tsx").then((module) => module.ReplaceDialog));

interface KeyRowProps {
  readonly apiKey: ListedKey;
  /** The key that took its place, where it has one. */
  readonly replacedBy: ListedKey | undefined;
  /** Whoever sees a new key can act as its owner: nobody else is offered to replace it. */
  readonly isOwn: boolean;
  readonly spent: SpentByKey;
  readonly onMade: (made: IssuedKey) => void;
  readonly onRevoked: () => void;
}

const State = ({ apiKey, replacedBy }: Pick<KeyRowProps, "apiKey" | "replacedBy">) => {
  const { ofOrganization, isTest, expired, revokedAt } = apiKey;
  return (
    <>
      {ofOrganization && <Badge tone="accent">organization</Badge>}
      {isTest && <Badge>test</Badge>}
      {revokedAt !== undefined && (
        <Badge tone="bad" title="Somebody ended it">
          revoked
        </Badge>
      )}
      {revokedAt === undefined && expired && (
        <Badge tone="warn" title={replacedBy ? "A new key took its place" : "Its time was over"}>
          {replacedBy ? "replaced" : "expired"}
        </Badge>
      )}
      {revokedAt === undefined && !expired && replacedBy && (
        <Badge tone="warn" title="A new key has taken its place; both work until then">
          being replaced
        </Badge>
      )}
    </>
  );
};

const Times = ({ apiKey: { createdAt, lastUsedAt, expiresAt, expired, revokedAt } }: Pick<KeyRowProps, "apiKey">) => (
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
    {revokedAt !== undefined && (
      <>
        revoked <FullTime at={revokedAt} />
      </>
    )}
    {revokedAt === undefined && expiresAt === undefined && "no end"}
    {revokedAt === undefined && expiresAt !== undefined && (
      <>
        {expired ? "ended" : "works until"} <FullTime at={expiresAt} />
      </>
    )}
  </p>
);

/** One API key: what it may do, since when, until when, what it spends, and its end. */
export const KeyRow = ({ apiKey, replacedBy, isOwn, spent, onMade, onRevoked }: KeyRowProps) => {
  const { id, name, shown, scopes, bindings, expired, revokedAt } = apiKey;
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const [open, setOpen] = useState<"replace" | "revoke">();
  const close = (): void => setOpen(undefined);
  const path = `/api/api-keys/${encodeURIComponent(id)}`;
  const works = revokedAt === undefined && !expired;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-64 space-y-1">
        <p
          className={classNames("flex flex-wrap items-center gap-2 font-medium wrap-anywhere", !works && "text-muted")}
        >
          <bdi>{name}</bdi> <State apiKey={apiKey} replacedBy={replacedBy} />
        </p>
        <p className="font-mono text-xs break-all text-muted">{shown}</p>
        <WordsOfScopes scopes={scopes} />
        {bindings.length > 0 && (
          <p className="text-sm wrap-anywhere text-muted">
            Only for{" "}
            {bindings.map(({ type, resourceId, ended }) => `${type} ${resourceId}${ended ? " (gone)" : ""}`).join(", ")}
          </p>
        )}
        <Times apiKey={apiKey} />
        <SpentThisMonth of={id} spent={spent} />
      </div>
      {works && (
        <div className="-ml-3.5 flex flex-wrap gap-1 sm:ml-0">
          {isOwn && replacedBy === undefined && (
            <Button look="quiet" aria-label={`Replace ${name}`} onClick={() => setOpen("replace")}>
              Replace
            </Button>
          )}
          <Button look="quiet" aria-label={`Revoke ${name}`} onClick={() => setOpen("revoke")}>
            Revoke
          </Button>
        </div>
      )}
      {open === "replace" && (
        <ReplaceDialog
          name={name}
          thing="key"
          onClose={close}
          replace={async (overlapSeconds) => {
            const made = await withStepUp(() => ask("POST", `${path}/rotate`, { overlapSeconds }));
            close();
            onMade(readIssuedKey(made));
          }}
        />
      )}
      {open === "revoke" && (
        <ConfirmRemoval
          title={`Revoke ${name}?`}
          description="Calls with this key are refused from now on. It cannot be brought back."
          action="Revoke"
          onClose={close}
          remove={async () => {
            await ask("DELETE", path);
            onRevoked();
          }}
        />
      )}
    </li>
  );
};
