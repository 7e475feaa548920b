"use client";

import type { MailSettings } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";

interface ContentFormProps {
  readonly settings: MailSettings;
  readonly mayManage: boolean;
  readonly onSaved: () => void;
}

/** For how long what mails said is kept. */
export const ContentForm = ({ settings: { contentDays, defaults }, mayManage, onSaved }: ContentFormProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, run, submit } = useSubmit();
  const set = (days: number | null): Promise<unknown> =>
    change((nexus) => nexus.email.settings.set.mutate({ contentDays: days }));
  const save = submit(async (form) => {
    await set(Number(formText(form, "contentDays")));
    onSaved();
  });
  return (
    <Card
      title="How long what mails said is kept"
      aside={defaults.contentDays ? <Badge title="Nobody has set another">the product&apos;s own</Badge> : undefined}
    >
      <p className="mb-4 max-w-2xl text-sm text-pretty text-muted">
        Sealed, for the page Messages. What security mail says (codes, password resets) is never kept. To whom mail was
        sent and what became of it stays.
      </p>
      {mayManage ? (
        <form onSubmit={save} aria-label="How long it is kept" className="space-y-3" noValidate>
          <RefusalNotice refusal={refusal} />
          <div className="max-w-64">
            <FormField
              key={contentDays}
              label="Days"
              name="contentDays"
              inputMode="numeric"
              autoComplete="off"
              required
              maxLength={2}
              defaultValue={contentDays}
              hint="0 keeps nothing; at most 90."
              expected={expected("contentDays")}
            />
          </div>
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? "One moment…" : "Save the days"}
            </Button>
            {!defaults.contentDays && (
              <Button
                look="quiet"
                disabled={busy}
                onClick={() =>
                  run(async () => {
                    await set(null);
                    onSaved();
                  })
                }
              >
                Use the product&apos;s own
              </Button>
            )}
          </div>
        </form>
      ) : (
        <p>{contentDays === 0 ? "Nothing is kept." : `${contentDays} ${contentDays === 1 ? "day" : "days"}.`}</p>
      )}
    </Card>
  );
};
