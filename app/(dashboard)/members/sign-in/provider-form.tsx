"use client";

import { useState } from "react";
import { FormField } from "../../../_forms/form-field.tsx";
import { Notice } from "../../../_forms/notice.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { useAskAuth } from "../../../_data/use-auth-answer.ts";
import { Button } from "../../../_ui/button.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { useStepUp } from "../../security/user/_account/step-up.tsx";
import type { CompanyProvider, SignInSettings } from "./company.ts";
import { CopiedValue } from "./copied-value.tsx";
import { SamlFields, splitCertificates } from "./saml-fields.tsx";

interface ProviderFormProps {
  readonly settings: SignInSettings;
  readonly path: string;
  readonly onSaved: () => void;
  readonly onCancel: (() => void) | undefined;
}

const settingsIn = (form: FormData, kind: CompanyProvider["kind"], enforced: boolean) => {
  const common = { kind, enforced, joinOnSignIn: form.get("joinOnSignIn") === "on" };
  const text = (name: string): string => formText(form, name).trim();
  if (kind === "saml")
    return {
      ...common,
      entityId: text("entityId"),
      signInUrl: text("signInUrl"),
      certificates: splitCertificates(text("certificates")),
    };
  const secret = formText(form, "clientSecret");
  return {
    ...common,
    issuer: text("issuer"),
    clientId: text("clientId"),
    ...(secret === "" ? {} : { clientSecret: secret }),
  };
};

/** What a provider needs of us, and what we need of it. A client's secret is written and never shown. */
export const ProviderForm = ({ settings, path, onSaved, onCancel }: ProviderFormProps) => {
  const { provider, redirectUri } = settings;
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, expected, submit } = useSubmit();
  const [kind, setKind] = useState<CompanyProvider["kind"]>(provider?.kind ?? "oidc");
  const openId = provider?.kind === "oidc" ? provider : undefined;
  const save = submit(async (form) => {
    await withStepUp(() => ask("PUT", path, settingsIn(form, kind, provider?.enforced ?? false)));
    onSaved();
  });
  return (
    <form onSubmit={save} aria-label="Set up the provider" className="space-y-4">
      <RefusalNotice refusal={refusal} />
      <SelectField
        label="Protocol"
        value={kind}
        onChange={({ currentTarget }) => setKind(currentTarget.value === "saml" ? "saml" : "oidc")}
      >
        <option value="oidc">OpenID Connect</option>
        <option value="saml">SAML 2.0</option>
      </SelectField>
      {kind === "oidc" ? (
        <>
          <p className="text-sm text-muted">Register a web application at your provider with this address:</p>
          <CopiedValue label="redirect address" value={redirectUri} />
          <FormField
            label="Issuer"
            name="issuer"
            type="url"
            required
            maxLength={1_000}
            placeholder="https://login.example.com"
            defaultValue={openId?.issuer}
            hint="Its metadata are read below this address."
            expected={expected("issuer")}
          />
          <FormField
            label="Client ID"
            name="clientId"
            autoComplete="off"
            required
            maxLength={500}
            defaultValue={openId?.clientId}
            expected={expected("clientId")}
          />
          <FormField
            label="Client secret"
            name="clientSecret"
            type="password"
            autoComplete="off"
            required={openId === undefined}
            maxLength={1_000}
            hint={openId ? "Never shown. Leave empty to keep it." : "Kept encrypted, never shown."}
            expected={expected("clientSecret")}
          />
        </>
      ) : (
        <SamlFields settings={settings} expected={expected} />
      )}
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          name="joinOnSignIn"
          className="mt-1 size-4 shrink-0"
          defaultChecked={provider?.joinOnSignIn ?? true}
        />
        <span>Whoever signs in for the first time becomes a member</span>
      </label>
      {provider && (
        <Notice tone="warn">
          With another issuer or entity id nobody stays linked: people are matched by their address again.
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={busy}>
          {busy ? "Saving…" : "Save"}
        </Button>
        {onCancel && (
          <Button look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
};
