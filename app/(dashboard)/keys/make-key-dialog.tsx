"use client";

import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { useAskAuth, useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { serviceId as ownService } from "../../_session/service-id.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import { readIssuedKey, readServices, type IssuedKey } from "./api-keys.ts";
import { EndField, endIn } from "./end-field.tsx";
import { KeyRights, chosenRights } from "./key-rights.tsx";

interface MakeKeyDialogProps {
  /** Whether the viewer may make keys that belong to nobody but the organization. */
  readonly forOrganization: boolean;
  readonly onMade: (made: IssuedKey) => void;
  readonly onClose: () => void;
}

/** Makes a key for one service: its name, what it may do, for what, and until when. */
export const MakeKeyDialog = ({ forOrganization, onMade, onClose }: MakeKeyDialogProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const services = useAuthAnswer("/api/services", readServices);
  const [service, setService] = useState<string>(ownService);
  const { busy, refusal, expected, submit } = useSubmit();
  const make = submit(async (form) => {
    const body = {
      name: formText(form, "name").trim(),
      ...chosenRights(form, service),
      ...endIn(formText(form, "end")),
      ...(formText(form, "owner") === "organization" ? { owner: "organization" } : {}),
    };
    onMade(readIssuedKey(await withStepUp(() => ask("POST", "/api/api-keys", body))));
  });
  const choices = services.data ?? [{ id: ownService, name: "Topolo Nexus" }];
  const refusedField = ["scopes", "resourceBindings", "expiresAt"].find((field) => expected(field) !== undefined);
  return (
    <Modal
      open
      onClose={onClose}
      title="Make an API key"
      description="It can do what you choose here, and never more than you may do yourself."
    >
      <form onSubmit={make} aria-label="Make an API key" className="space-y-4">
        <RefusalNotice refusal={refusal} />
        {refusedField !== undefined && <p className="text-sm text-bad">Expected: {expected(refusedField)}</p>}
        <FormField
          label="Name"
          name="name"
          required
          first
          maxLength={100}
          autoComplete="off"
          expected={expected("name")}
        />
        <SelectField label="Service" value={service} onChange={({ currentTarget }) => setService(currentTarget.value)}>
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <KeyRights key={service} service={service} />
        <EndField />
        {forOrganization && (
          <SelectField label="Belongs to" name="owner" defaultValue="user">
            <option value="user">me: it ends with my membership</option>
            <option value="organization">the organization: it stays when I leave</option>
          </SelectField>
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Make the key"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
