"use client";

import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import { formText } from "../../_forms/use-submit.ts";
import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { SelectField } from "../../_ui/field.tsx";
import { Loaded } from "../security/user/_parts/loaded.tsx";
import { readResources, readScopes } from "./api-keys.ts";

/** What was chosen of a service's scopes, and what the key works for alone. */
export const chosenRights = (form: FormData, serviceId: string) => {
  const scopes = form.getAll("scopes").map(String);
  if (scopes.length === 0)
    throw new AuthRefusal("invalid_request", { issues: [{ field: "scopes", expected: "at least one permission" }] });
  const bound = formText(form, "resource");
  if (bound === "") return { scopes };
  const [type = "", ...rest] = bound.split(" ");
  return { scopes, resourceBindings: [{ serviceId, type, resourceId: rest.join(" ") }] };
};

/** The scopes of a service, and its resources to which a key can be bound. */
export const KeyRights = ({ service }: { readonly service: string }) => {
  const base = `/api/services/${encodeURIComponent(service)}`;
  const scopes = useAuthAnswer(`${base}/api-key-scopes`, readScopes);
  const resources = useAuthAnswer(`${base}/bindable-resources`, readResources);
  return (
    <>
      <fieldset>
        <legend className="mb-1 text-sm font-medium text-muted">What it may do</legend>
        <Loaded answer={scopes} label="Permissions">
          {(offered) =>
            offered.length === 0 ? (
              <p>This service takes no keys.</p>
            ) : (
              <ul className="space-y-1.5">
                {offered.map(({ scope, description }) => (
                  <li key={scope}>
                    <label className="flex items-start gap-2.5">
                      <input type="checkbox" name="scopes" value={scope} className="mt-1 size-4 shrink-0" />
                      <span className="min-w-0">
                        {description}
                        <span className="block font-mono text-xs break-all text-muted">{scope}</span>
                      </span>
                    </label>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </fieldset>
      {resources.data !== undefined && resources.data.length > 0 && (
        <SelectField label="Works for" name="resource" defaultValue="">
          <option value="">everything that its permissions allow</option>
          {resources.data.map(({ type, id, label }) => (
            <option key={`${type} ${id}`} value={`${type} ${id}`}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
    </>
  );
};
