"use client";

import { KeyRound } from "lucide-react";
import { browserSupportsWebAuthn } from "@simplewebauthn/browser";
import { useState } from "react";
import { FormField } from "../../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../../_forms/use-submit.ts";
import { useAskAuth, useAuthAnswer } from "../../../../_data/use-auth-answer.ts";
import { Badge } from "../../../../_ui/badge.tsx";
import { Button } from "../../../../_ui/button.tsx";
import { Card } from "../../../../_ui/card.tsx";
import { Modal } from "../../../../_ui/modal.tsx";
import { TimeAgo } from "../../../../_ui/time.tsx";
import { readPasskeys, type Passkey } from "../_account/account.ts";
import { describeDevice } from "../../../../_auth-api/describe-device.ts";
import { addPasskey } from "../_account/passkeys.ts";
import { useStepUp } from "../_account/step-up.tsx";
import { ConfirmRemoval } from "./confirm-removal.tsx";
import { Loaded } from "./loaded.tsx";

const NameDialog = ({
  title,
  action,
  initial,
  save,
  onClose,
}: {
  readonly title: string;
  readonly action: string;
  readonly initial: string;
  readonly save: (name: string) => Promise<void>;
  readonly onClose: () => void;
}) => {
  const { busy, refusal, expected, submit } = useSubmit();
  return (
    <Modal open onClose={onClose} title={title} description="A name to recognise it by.">
      <form
        aria-label={title}
        className="space-y-4"
        onSubmit={submit(async (form) => {
          await save(formText(form, "name").trim());
          onClose();
        })}
      >
        <RefusalNotice refusal={refusal} />
        <FormField
          label="Name"
          name="name"
          defaultValue={initial}
          required
          first
          maxLength={60}
          expected={expected("name")}
        />
        <Button type="submit" look="primary" disabled={busy} className="w-full">
          {busy ? "One moment…" : action}
        </Button>
      </form>
    </Modal>
  );
};

const PasskeyRow = ({ passkey, onChanged }: { readonly passkey: Passkey; readonly onChanged: () => void }) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const [dialog, setDialog] = useState<"rename" | "remove">();
  const path = `/api/me/passkeys/${encodeURIComponent(passkey.id)}`;
  const close = (): void => setDialog(undefined);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <KeyRound className="size-5 shrink-0 text-muted" />
      <div className="min-w-0 grow basis-40">
        <p className="flex flex-wrap items-center gap-2 font-medium break-words">
          {passkey.name}
          {passkey.backedUp && <Badge title="Kept by a password manager on several devices">synced</Badge>}
        </p>
        <p className="text-sm text-muted">
          Added <TimeAgo at={passkey.createdAt} />
          {passkey.lastUsedAt === undefined ? (
            ", never used"
          ) : (
            <>
              , used <TimeAgo at={passkey.lastUsedAt} />
            </>
          )}
        </p>
      </div>
      <div className="flex gap-1">
        <Button look="quiet" aria-label={`Rename ${passkey.name}`} onClick={() => setDialog("rename")}>
          Rename
        </Button>
        <Button look="quiet" aria-label={`Remove ${passkey.name}`} onClick={() => setDialog("remove")}>
          Remove
        </Button>
      </div>
      {dialog === "rename" && (
        <NameDialog
          title="Rename the passkey"
          action="Rename"
          initial={passkey.name}
          onClose={close}
          save={async (name) => {
            await withStepUp(() => ask("PATCH", path, { name }));
            onChanged();
          }}
        />
      )}
      {dialog === "remove" && (
        <ConfirmRemoval
          title={`Remove “${passkey.name}”?`}
          description="It will no longer sign you in. Remove it from the device's own list too."
          action="Remove"
          onClose={close}
          remove={async () => {
            await withStepUp(() => ask("DELETE", path));
            onChanged();
          }}
        />
      )}
    </li>
  );
};

/** Signing in with a fingerprint, a face, a PIN or a key, in place of a password. */
export const PasskeysCard = ({ onChanged }: { readonly onChanged: () => void }) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const answer = useAuthAnswer("/api/me/passkeys", readPasskeys);
  const [adding, setAdding] = useState(false);
  const changed = (): void => {
    answer.reload();
    onChanged();
  };
  return (
    <Card
      title="Passkeys"
      aside={
        <Button onClick={() => setAdding(true)} disabled={typeof window !== "undefined" && !browserSupportsWebAuthn()}>
          Add a passkey
        </Button>
      }
    >
      <p className="mb-2 text-sm text-pretty text-muted">
        Sign in with your fingerprint, face or PIN. A passkey cannot be guessed or phished.
      </p>
      <Loaded answer={answer} label="Passkeys">
        {(passkeys) =>
          passkeys.length === 0 ? (
            <p className="py-3">You have no passkey yet.</p>
          ) : (
            <ul aria-label="Passkeys">
              {passkeys.map((passkey) => (
                <PasskeyRow key={passkey.id} passkey={passkey} onChanged={changed} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && (
        <NameDialog
          title="Add a passkey"
          action="Continue"
          initial={describeDevice(navigator.userAgent)}
          onClose={() => setAdding(false)}
          save={async (name) => {
            await withStepUp(() => addPasskey(ask, name));
            changed();
          }}
        />
      )}
    </Card>
  );
};
