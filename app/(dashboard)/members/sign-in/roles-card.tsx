"use client";

import { useState } from "react";
import { Notice } from "../../../_forms/notice.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { useAskAuth, type AuthAnswerOf } from "../../../_data/use-auth-answer.ts";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { useStepUp } from "../../security/user/_account/step-up.tsx";
import { Loaded } from "../../security/user/_parts/loaded.tsx";
import { roleName } from "../organization-people.ts";
import type { CompanyDirectory } from "./company.ts";

const givenRoles = ["super_admin", "admin", "member", "guest"] as const;
const defaultRoles = ["member", "guest"] as const;

const sameName = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

/** Every group that is there or has a role, with its role. */
const groupsOf = ({ groups, groupRoles }: CompanyDirectory) => [
  ...groups.map(({ name, members }) => ({
    name,
    members,
    role: groupRoles.find(({ group }) => sameName(group, name))?.role,
  })),
  ...groupRoles
    .filter(({ group }) => !groups.some(({ name }) => sameName(name, group)))
    .map(({ group, role }) => ({ name: group, members: undefined, role })),
];

interface RolesFormProps {
  readonly directory: CompanyDirectory;
  readonly path: string;
  readonly onSaved: () => void;
}

const RolesForm = ({ directory, path, onSaved }: RolesFormProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, submit } = useSubmit();
  const [saved, setSaved] = useState(false);
  const groups = groupsOf(directory);
  const save = submit(async (form) => {
    setSaved(false);
    const groupRoles = groups.flatMap(({ name }, index) => {
      const role = formText(form, `group-${index}`);
      return role === "" ? [] : [{ group: name, role }];
    });
    const body = { defaultRole: formText(form, "defaultRole"), maxRole: formText(form, "maxRole"), groupRoles };
    await withStepUp(() => ask("PUT", path, body));
    setSaved(true);
    onSaved();
  });
  return (
    <form onSubmit={save} aria-label="Roles" className="space-y-4">
      <RefusalNotice refusal={refusal} />
      {saved && !refusal && (
        <output>
          <Notice tone="good">Saved. The roles hold from now on.</Notice>
        </output>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label="Role of everyone else" name="defaultRole" defaultValue={directory.defaultRole}>
          {defaultRoles.map((role) => (
            <option key={role} value={role}>
              {roleName(role)}
            </option>
          ))}
        </SelectField>
        <SelectField label="Highest role that a group gives" name="maxRole" defaultValue={directory.maxRole}>
          {givenRoles.map((role) => (
            <option key={role} value={role}>
              {roleName(role)}
            </option>
          ))}
        </SelectField>
      </div>
      {groups.length === 0 ? (
        <p>No group yet. They appear here once your directory has sent them.</p>
      ) : (
        <ul aria-label="Groups" className="space-y-3">
          {groups.map(({ name, members, role }, index) => (
            <li key={name}>
              <SelectField
                label={`${name} (${members === undefined ? "not sent yet" : `${members} ${members === 1 ? "member" : "members"}`})`}
                name={`group-${index}`}
                defaultValue={role ?? ""}
              >
                <option value="">no role of its own</option>
                {givenRoles.map((given) => (
                  <option key={given} value={given}>
                    {roleName(given)}
                  </option>
                ))}
              </SelectField>
            </li>
          ))}
        </ul>
      )}
      <Button type="submit" disabled={busy}>
        {busy ? "Saving…" : "Save the roles"}
      </Button>
    </form>
  );
};

interface RolesCardProps {
  readonly answer: AuthAnswerOf<CompanyDirectory>;
  readonly path: string;
}

/** Which roles the directory's groups give. */
export const RolesCard = ({ answer, path }: RolesCardProps) => (
  <Card title="Roles from groups">
    <p className="mb-3 text-sm text-pretty text-muted">
      The highest role of a person&apos;s groups counts. A directory makes nobody an owner and changes no owner.
    </p>
    <Loaded answer={answer} label="Roles">
      {(directory) => <RolesForm directory={directory} path={path} onSaved={answer.reload} />}
    </Loaded>
  </Card>
);
