"use client";

import { useId } from "react";
import type { ShownAlertSettings, Budget, ListedWebhook } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { showToast } from "../../_ui/toast.ts";

interface AlertsDialogProps {
  readonly budget: Budget;
  readonly settings: ShownAlertSettings;
  readonly webhooks: readonly ListedWebhook[];
  readonly onClose: () => void;
}

const isOn = (form: FormData, name: string): boolean => form.get(name) === "on";

/** Sets who is told of a budget's alerts. */
export const AlertsDialog = ({ budget, settings, webhooks, onClose }: AlertsDialogProps) => {
  const id = useId();
  const change = useChangeAtNexus();
  const { busy, refusal, submit } = useSubmit();
  const hasForecast = budget.window === "calendar" && budget.period !== "hour";
  const save = submit(async (form) => {
    await change((nexus) =>
      nexus.usage.alerts.set.mutate({
        id: budget.id,
        forecast: isOn(form, "forecast"),
        administrators: isOn(form, "administrators"),
        addresses: formText(form, "addresses")
          .split(/[\s,;]+/)
          .filter((address) => address !== ""),
        webhookIds: form.getAll("webhookIds").map(String),
      }),
    );
    showToast({ title: "Who is told is changed" });
    onClose();
  });
  const wrong = refusal?.issues.find(({ field }) => field.startsWith("addresses"));
  return (
    <Modal
      open
      onClose={onClose}
      title="Who is told"
      description="Each threshold is told once a period, within seconds of being reached."
    >
      <form onSubmit={save} aria-label="Who is told" className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        <label className="flex items-start gap-2.5">
          <input
            type="checkbox"
            name="administrators"
            defaultChecked={settings.administrators}
            className="mt-1 size-4 shrink-0"
          />
          Owners and administrators of the organization, by mail
        </label>
        <div>
          <label htmlFor={id} className="mb-1 block text-sm font-medium text-muted">
            Other addresses
          </label>
          <textarea
            id={id}
            name="addresses"
            rows={2}
            defaultValue={settings.addresses.join("\n")}
            placeholder="finance@example.com"
            aria-invalid={wrong !== undefined || undefined}
            aria-describedby={`${id}-hint`}
            className="w-full rounded-lg border border-line-strong bg-surface px-3 py-1.5 placeholder:text-muted"
          />
          <p id={`${id}-hint`} className={wrong === undefined ? "mt-1 text-sm text-muted" : "mt-1 text-sm text-bad"}>
            {wrong === undefined
              ? "One a line, ten at most. They read amounts and whose budget it is."
              : "Please enter e-mail addresses, one a line, ten at most."}
          </p>
        </div>
        <fieldset>
          <legend className="mb-1 text-sm font-medium text-muted">Webhooks</legend>
          {webhooks.length === 0 ? (
            <p className="text-sm text-muted">None yet: add one on the page of budgets.</p>
          ) : (
            <ul className="space-y-1.5">
              {webhooks.map((webhook) => (
                <li key={webhook.id}>
                  <label className="flex items-start gap-2.5">
                    <input
                      type="checkbox"
                      name="webhookIds"
                      value={webhook.id}
                      defaultChecked={settings.webhookIds.includes(webhook.id)}
                      className="mt-1 size-4 shrink-0"
                    />
                    <span className="min-w-0 wrap-anywhere">
                      {webhook.label}
                      <span className="block truncate text-xs text-muted">{webhook.url}</span>
                    </span>
                  </label>
                </li>
              ))}
            </ul>
          )}
        </fieldset>
        {hasForecast && (
          <label className="flex items-start gap-2.5">
            <input
              type="checkbox"
              name="forecast"
              defaultChecked={settings.forecast}
              className="mt-1 size-4 shrink-0"
            />
            <span>
              Also when it is going to run out early
              <span className="block text-sm text-muted">
                At the rate of the last seven days, before the period ends
                {budget.period === "total" && ", or within seven days"}.
              </span>
            </span>
          </label>
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Save"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
