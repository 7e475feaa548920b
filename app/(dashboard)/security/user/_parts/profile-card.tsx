"use client";

import { useState } from "react";
import { FormField } from "../../../../_forms/form-field.tsx";
import { Notice } from "../../../../_forms/notice.tsx";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { PasswordField } from "../../../../_forms/password-field.tsx";
import { formText, useSubmit } from "../../../../_forms/use-submit.ts";
import { useAskAuth, useAuthAnswer } from "../../../../_data/use-auth-answer.ts";
import { useSession } from "../../../../_session/session-provider.tsx";
import { Badge } from "../../../../_ui/badge.tsx";
import { Button } from "../../../../_ui/button.tsx";
import { Card } from "../../../../_ui/card.tsx";
import { Modal } from "../../../../_ui/modal.tsx";
import { readMe, type Me } from "../_account/account.ts";
import { useStepUp } from "../_account/step-up.tsx";
import { Loaded } from "./loaded.tsx";

const Name = ({ me, onSaved }: { readonly me: Me; readonly onSaved: () => void }) => {
  const ask = useAskAuth();
  const { auth } = useSession();
  const { busy, refusal, expected, submit } = useSubmit();
  const [saved, setSaved] = useState(false);
  const save = submit(async (form) => {
    setSaved(false);
    await ask("PATCH", "/api/me", { name: formText(form, "name").trim() });
    await auth.refresh();
    setSaved(true);
    onSaved();
  });
  return (
    <form onSubmit={save} aria-label="Your name" className="space-y-3">
      <RefusalNotice refusal={refusal} />
      <FormField
        label="Name"
        name="name"
        defaultValue={me.name}
        autoComplete="name"
        required
        maxLength={100}
        expected={expected("name")}
      />
      <div className="flex items-center gap-3">
        <Button type="submit" disabled={busy}>
          {busy ? "Saving…" : "Save name"}
        </Button>
        <output className="text-sm text-good">{saved && "Saved"}</output>
      </div>
    </form>
  );
};

const ChangeAddress = ({ onClose }: { readonly onClose: () => void }) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, expected, submit } = useSubmit();
  const [asked, setAsked] = useState(false);
  const change = submit(async (form) => {
    const password = formText(form, "password");
    const body = { email: formText(form, "email").trim(), ...(password === "" ? {} : { password }) };
    await withStepUp(() => ask("POST", "/api/me/email", body));
    setAsked(true);
  });
  return (
    <Modal
      open
      onClose={onClose}
      title="Change your e-mail address"
      description="An e-mail goes to the old and to the new address; both have to confirm."
    >
      {asked ? (
        <div className="space-y-4">
          <Notice tone="good">
            The e-mails have been sent. Your address changes when both links have been opened.
          </Notice>
          <Button look="primary" onClick={onClose} className="w-full">
            Done
          </Button>
        </div>
      ) : (
        <form onSubmit={change} aria-label="Change your e-mail address" className="space-y-4">
          <RefusalNotice refusal={refusal} />
          <FormField
            label="New e-mail address"
            name="email"
            type="email"
            autoComplete="email"
            required
            first
            maxLength={254}
            expected={expected("email")}
          />
          <PasswordField
            label="Your password"
            name="password"
            autoComplete="current-password"
            expected={expected("password")}
          />
          <Button type="submit" look="primary" disabled={busy} className="w-full">
            {busy ? "One moment…" : "Send the e-mails"}
          </Button>
        </form>
      )}
    </Modal>
  );
};

const Address = ({ me }: { readonly me: Me }) => {
  const ask = useAskAuth();
  const { busy, refusal, run } = useSubmit();
  const [sent, setSent] = useState(false);
  const [changing, setChanging] = useState(false);
  const resend = (): void =>
    run(async () => {
      await ask("POST", "/email/verify/resend", { email: me.email });
      setSent(true);
    });
  return (
    <div className="space-y-3">
      <RefusalNotice refusal={refusal} />
      <dl>
        <dt className="mb-1 text-sm font-medium text-muted">E-mail address</dt>
        <dd className="flex min-h-10 flex-wrap items-center gap-2">
          <span className="min-w-0 break-all">{me.email}</span>
          {me.emailVerified ? <Badge tone="good">verified</Badge> : <Badge tone="warn">not verified</Badge>}
        </dd>
      </dl>
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => setChanging(true)}>Change address</Button>
        {!me.emailVerified && (
          <Button disabled={busy || sent} onClick={resend}>
            Send the e-mail again
          </Button>
        )}
        <output className="text-sm text-good">{sent && "Sent. Check your inbox."}</output>
      </div>
      {changing && <ChangeAddress onClose={() => setChanging(false)} />}
    </div>
  );
};

/** Who the account belongs to. */
export const ProfileCard = () => {
  const answer = useAuthAnswer("/api/me", readMe);
  return (
    <Card title="Profile">
      <Loaded answer={answer} label="Profile">
        {(me) => (
          <div className="grid gap-6 sm:grid-cols-2">
            <Name me={me} onSaved={answer.reload} />
            <Address me={me} />
          </div>
        )}
      </Loaded>
    </Card>
  );
};
