"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useAuthAnswer } from "../../../_data/use-auth-answer.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useAnswer } from "../../../_data/use-answer.ts";
import { serviceId } from "../../../_session/service-id.ts";
import { AuthRefusal } from "../../../_auth-api/auth-refusal.ts";
import { listAt, textAt } from "../../../_auth-api/read-answer.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { Button } from "../../../_ui/button.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { Modal } from "../../../_ui/modal.tsx";
import { Loaded } from "../../security/user/_parts/loaded.tsx";
import { EndField, endIn } from "../end-field.tsx";
import type { Issued } from "./issued-token.tsx";

const readPermissions = (body: unknown) =>
  listAt(body, "permissions", (each) => ({
    permission: textAt(each, "permission"),
    description: textAt(each, "description"),
  }));

const appsMs = 600_000;

interface MakeServiceTokenDialogProps {
  /** The app as which it calls, where that is settled. */
  readonly app?: string;
  readonly onMade: (issued: Issued) => void;
  readonly onClose: () => void;
}

/** Makes a token for a backend: its name, what it may do, as which app, and until when. */
export const MakeServiceTokenDialog = ({ app: settled, onMade, onClose }: MakeServiceTokenDialogProps) => {
  const change = useChangeAtNexus();
  const permissions = useAuthAnswer(`/api/services/${serviceId}/permissions`, readPermissions);
  const apps = useAnswer(useNexus().apps.list.queryOptions({}, { refetchInterval: appsMs })).data?.apps;
  const { busy, refusal, expected, submit } = useSubmit();
  const make = submit(async (form) => {
    const chosen = form.getAll("permissions").map(String);
    if (chosen.length === 0)
      throw new AuthRefusal("invalid_request", {
        issues: [{ field: "permissions", expected: "at least one permission" }],
      });
    const app = settled ?? formText(form, "app");
    const issued = await change((nexus) =>
      nexus.serviceTokens.create.mutate({
        label: formText(form, "label").trim(),
        permissions: chosen,
        apps: app === "" ? "all" : [app],
        ...endIn(formText(form, "end")),
      }),
    );
    onMade(issued);
  });
  const refusedField = ["permissions", "apps", "apps.0", "expiresAt"].find((field) => expected(field) !== undefined);
  return (
    <Modal
      open
      onClose={onClose}
      title="Make a service token"
      description="It can do what you choose here, and never more than you may do yourself."
    >
      <form onSubmit={make} aria-label="Make a service token" className="space-y-4">
        <RefusalNotice refusal={refusal} />
        {refusedField !== undefined && <p className="text-sm text-bad">Expected: {expected(refusedField)}</p>}
        <FormField
          label="Name"
          name="label"
          required
          first
          maxLength={100}
          autoComplete="off"
          expected={expected("label")}
        />
        <fieldset>
          <legend className="mb-1 text-sm font-medium text-muted">What it may do</legend>
          <Loaded answer={permissions} label="Permissions">
            {(offered) => (
              <ul className="space-y-1.5">
                {offered.map(({ permission, description }) => (
                  <li key={permission}>
                    <label className="flex items-start gap-2.5">
                      <input type="checkbox" name="permissions" value={permission} className="mt-1 size-4 shrink-0" />
                      <span className="min-w-0">
                        {description}
                        <span className="block font-mono text-xs break-all text-muted">{permission}</span>
                      </span>
                    </label>
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
        </fieldset>
        {settled === undefined && (
          <SelectField label="Calls as" name="app" defaultValue="">
            <option value="">any app, which each call names</option>
            {(apps ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <EndField />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Make the token"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
