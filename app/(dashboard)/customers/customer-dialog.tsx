"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import type { ListedCustomer } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { AppField } from "../app-field.tsx";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";

interface CustomerDialogProps {
  /** Undefined: a new one. */
  readonly customer: ListedCustomer | undefined;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const plansMs = 60_000;
const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** Makes a customer, or changes what it pays. */
export const CustomerDialog = ({ customer, onDone, onClose }: CustomerDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const { data } = useAnswer(useNexus().plans.list.queryOptions({}, { refetchInterval: plansMs }));
  const names = [
    ...new Set(
      (data?.plans ?? [])
        .filter(({ appId }) => customer === undefined || appId === customer.appId)
        .map(({ name }) => name),
    ),
  ];
  const title = customer === undefined ? "Add a customer" : "Change the customer";
  const save = submit(async (form) => {
    await change((nexus) =>
      nexus.customers.set.mutate({
        customerId: customer?.customerId ?? formText(form, "customerId").trim(),
        appId: customer?.appId ?? formText(form, "appId").trim(),
        name: orNull(formText(form, "name")),
        plan: orNull(formText(form, "plan")),
        stripeCustomerId: orNull(formText(form, "stripeCustomerId")),
        ...(customer === undefined ? {} : { blocked: formText(form, "blocked") === "yes" }),
      }),
    );
    onDone();
  });
  return (
    <Modal open onClose={onClose} title={title} description="Its wallet pays for the calls that name it.">
      <form onSubmit={save} aria-label={title} className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        {customer === undefined && (
          <>
            <AppField chosen={undefined} name="appId" required />
            <FormField
              label="The app's id of it"
              name="customerId"
              required
              autoComplete="off"
              maxLength={128}
              expected={expected("customerId")}
            />
          </>
        )}
        <FormField
          label="Name (optional)"
          name="name"
          defaultValue={customer?.name ?? ""}
          autoComplete="off"
          maxLength={200}
          expected={expected("name")}
        />
        <SelectField label="Plan" name="plan" key={names.length} defaultValue={customer?.plan ?? ""}>
          <option value="">None: calls are charged what they cost</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
        <FormField
          label="Stripe customer (optional)"
          name="stripeCustomerId"
          placeholder="cus_…"
          defaultValue={customer?.stripeCustomerId ?? ""}
          autoComplete="off"
          expected={expected("stripeCustomerId")}
        />
        {customer !== undefined && (
          <SelectField label="Calls" name="blocked" defaultValue={customer.blocked ? "yes" : "no"}>
            <option value="no">Are admitted as the wallet allows</option>
            <option value="yes">Are refused: the customer is blocked</option>
          </SelectField>
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
