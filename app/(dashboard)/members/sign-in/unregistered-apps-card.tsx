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
import { isAppsPolicy, type AppsPolicy, type LetInApps } from "./company.ts";
import { TextAreaField } from "./text-area-field.tsx";

const choices: readonly (readonly [AppsPolicy, string])[] = [
  ["refused", "none"],
  ["listed", "those at the hosts below"],
  ["allowed", "any of them"],
];

const hostsIn = (text: string): readonly string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((host) => host !== ""),
  ),
];

/** What was expected of the list, or of the one host in it that was refused. */
const complaintOf = (expected: (field: string) => string | undefined, hosts: readonly string[]): string | undefined => {
  const wrong = hosts.flatMap((host, index) => {
    const words = expected(`hosts.${index}`);
    return words === undefined ? [] : [`${words} instead of “${host}”`];
  });
  return wrong[0] ?? expected("hosts");
};

interface AppsFormProps {
  readonly apps: LetInApps;
  readonly path: string;
  readonly onSaved: () => void;
}

const AppsForm = ({ apps, path, onSaved }: AppsFormProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, expected, submit } = useSubmit();
  const [policy, setPolicy] = useState(apps.policy);
  const [sent, setSent] = useState<readonly string[]>([]);
  const [saved, setSaved] = useState(false);
  const save = submit(async (form) => {
    setSaved(false);
    const hosts = policy === "listed" ? hostsIn(formText(form, "hosts")) : [];
    setSent(hosts);
    await withStepUp(() => ask("PUT", path, { policy, hosts }));
    setSaved(true);
    onSaved();
  });
  return (
    <form onSubmit={save} aria-label="Apps without a registration" className="space-y-4">
      <RefusalNotice refusal={refusal} />
      {saved && !refusal && (
        <output>
          <Notice tone="good">Saved. What an app that is no longer let in holds has ended.</Notice>
        </output>
      )}
      <SelectField
        label="Apps that may act for your people"
        value={policy}
        onChange={({ currentTarget: { value } }) => {
          setSaved(false);
          if (isAppsPolicy(value)) setPolicy(value);
        }}
      >
        {choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </SelectField>
      {policy === "listed" && (
        <TextAreaField
          label="Hosts"
          name="hosts"
          required
          defaultValue={apps.hosts.join("\n")}
          placeholder="app.example.com"
          hint="One a line, as in the address of the app; sub-domains are hosts of their own."
          expected={complaintOf(expected, sent)}
        />
      )}
      {policy === "allowed" && (
        <Notice tone="warn">
          Then each person decides alone, by nothing but the address of the app. An app that they are talked into can do
          for them what they allow it.
        </Notice>
      )}
      <Button type="submit" disabled={busy}>
        {busy ? "Saving…" : "Save the apps"}
      </Button>
    </form>
  );
};

interface UnregisteredAppsCardProps {
  readonly answer: AuthAnswerOf<LetInApps>;
  readonly path: string;
}

/** Which apps that nobody registered may act for the organization's people. */
export const UnregisteredAppsCard = ({ answer, path }: UnregisteredAppsCardProps) => (
  <Card title="Apps without a registration">
    <p className="mb-3 text-sm text-pretty text-muted">
      Such an app describes itself by a document at its own address. People are still asked each time, and see the
      app&apos;s host first.
    </p>
    <Loaded answer={answer} label="Apps without a registration">
      {(apps) => (
        <>
          {!apps.available && (
            <div className="mb-4">
              <Notice tone="warn">This installation lets none in, whatever is chosen here.</Notice>
            </div>
          )}
          <AppsForm apps={apps} path={path} onSaved={answer.reload} />
        </>
      )}
    </Loaded>
  </Card>
);
