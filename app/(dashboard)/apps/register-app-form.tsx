"use client";

import { useId, useState } from "react";
import { optionalText, textAt } from "../../_auth-api/read-answer.ts";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { OrganizationPicker } from "../platform-credentials/organization-picker.tsx";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import type { RegisteredClient } from "./registered-client.tsx";

const readClient = (body: unknown): RegisteredClient => ({
  serviceId: textAt(body, "serviceId"),
  clientId: textAt(body, "clientId"),
  redirectUri: optionalText(body, "redirectUri"),
  clientSecret: optionalText(body, "clientSecret"),
});

interface RegisterAppFormProps {
  /** The short name of one that is registered: it gets a local address. */
  readonly slug: string | undefined;
  readonly onRegistered: (client: RegisteredClient) => void;
  readonly onClose: () => void;
}

/** Registers an app for an operator, or gives a registered one an address on a developer's machine. */
export const RegisterAppForm = ({ slug, onRegistered, onClose }: RegisterAppFormProps) => {
  const form = useId();
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const [organization, setOrganization] = useState<string | null>(null);
  const { busy, refusal, expected, submit } = useSubmit();
  const register = submit(async (filled) => {
    const name = formText(filled, "name").trim();
    const dev = formText(filled, "dev").trim().replace(/\/+$/, "");
    const body = {
      slug: slug ?? formText(filled, "slug").trim(),
      ...(name === "" ? {} : { name }),
      ...(dev === "" ? {} : { dev }),
      organizationIds: organization === null ? [] : [organization],
    };
    onRegistered(readClient(await withStepUp(() => ask("POST", "/api/services/apps", body))));
  });
  return (
    <div className="space-y-4">
      <form id={form} onSubmit={register} aria-label="App" className="space-y-4">
        <RefusalNotice refusal={refusal} />
        {slug === undefined && (
          <>
            <FormField
              label="Short name, as in its id"
              name="slug"
              required
              first
              placeholder="myapp"
              autoComplete="off"
              spellCheck={false}
              maxLength={51}
              expected={expected("slug")}
            />
            <FormField
              label="Name (optional)"
              name="name"
              autoComplete="off"
              maxLength={100}
              expected={expected("name")}
            />
          </>
        )}
        <FormField
          label={slug === undefined ? "Where it runs in development (optional)" : "Where it runs in development"}
          name="dev"
          type="url"
          required={slug !== undefined}
          first={slug !== undefined}
          placeholder="http://localhost:5173"
          autoComplete="off"
          maxLength={100}
          expected={expected("dev")}
        />
      </form>
      {slug === undefined && (
        <section aria-label="Organization">
          <p className="mb-1 text-sm font-medium text-muted">Which organization may use it (optional)</p>
          <OrganizationPicker chosen={organization} onChoose={setOrganization}>
            {() => null}
          </OrganizationPicker>
        </section>
      )}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" form={form} look="primary" disabled={busy}>
          {busy ? "One moment…" : slug === undefined ? "Register" : "Add the address"}
        </Button>
      </div>
    </div>
  );
};
