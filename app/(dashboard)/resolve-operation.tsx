"use client";

import { useState } from "react";
import type { CallDetails } from "../_data/answers.ts";
import { useChangeAtNexus } from "../_data/use-change-at-nexus.ts";
import { FormField } from "../_forms/form-field.tsx";
import { formText, useSubmit } from "../_forms/use-submit.ts";
import { AuthRefusal } from "../_auth-api/auth-refusal.ts";
import { Button } from "../_ui/button.tsx";
import { formatMoney } from "../_ui/format-money.ts";
import { Modal } from "../_ui/modal.tsx";
import { parseDollars } from "../_ui/parse-dollars.ts";

interface ResolveOperationProps {
  readonly call: Pick<CallDetails, "operationId" | "heldNanos" | "state" | "progress">;
  readonly onResolved: () => void;
}

const ofAnswers = {
  question: "The vendor",
  yes: "billed it",
  no: "says that it never happened",
  cost: "Cost in US dollars",
  example: "The vendor's usage page of 28 November",
} as const;

const ofActs = {
  question: "At the vendor",
  yes: "it was done",
  no: "it was not done, and will not be",
  cost: "The vendor's fee in US dollars (0 where there is none)",
  example: "The vendor's dashboard, looked at on 28 November",
} as const;

const anAmount = "an amount in US dollars with a point and at most nine decimals, for example 0.0024";
const choice = "flex min-h-10 items-center gap-2.5";

/** Lets those who may say how a call in doubt ended, or put its estimate right. */
export const ResolveOperation = ({ call, onResolved }: ResolveOperationProps) => {
  const change = useChangeAtNexus();
  // What acts was done or was not; of what answers, only its cost is unknown.
  const words = call.progress === null ? ofAnswers : ofActs;
  const [open, setOpen] = useState(false);
  const [billed, setBilled] = useState(true);
  const { busy, refusal, expected, submit } = useSubmit();
  const close = (): void => setOpen(false);
  const save = submit(async (form) => {
    const costNanos = parseDollars(formText(form, "cost"));
    if (billed && costNanos === undefined)
      throw new AuthRefusal("invalid_request", { issues: [{ field: "costNanos", expected: anAmount }] });
    const how = billed && costNanos !== undefined ? { costNanos } : { notBilled: true as const };
    const { operationId } = call;
    await change((nexus) => nexus.operations.resolve.mutate({ operationId, reason: formText(form, "reason"), ...how }));
    close();
    onResolved();
  });
  return (
    <>
      <Button onClick={() => setOpen(true)}>{call.state === "uncertain" ? "Resolve" : "Correct the cost"}</Button>
      <Modal
        open={open}
        onClose={close}
        title={call.state === "uncertain" ? "How did it end?" : "What did it cost?"}
        description={`${formatMoney(call.heldNanos)} was set aside. What you say is booked at once, and kept with your name.`}
      >
        <form onSubmit={save} className="space-y-4">
          {refusal !== undefined && (
            <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad">
              {refusal.words ?? "It could not be saved. Check the marked fields, and try again."}
            </p>
          )}
          <fieldset>
            <legend className="mb-1 text-sm font-medium text-muted">{words.question}</legend>
            <label className={choice}>
              <input type="radio" name="billed" checked={billed} onChange={() => setBilled(true)} />
              {words.yes}
            </label>
            <label className={choice}>
              <input type="radio" name="billed" checked={!billed} onChange={() => setBilled(false)} />
              {words.no}
            </label>
          </fieldset>
          {billed && (
            <FormField
              label={words.cost}
              name="cost"
              placeholder="0.0024"
              inputMode="decimal"
              autoComplete="off"
              required
              maxLength={20}
              expected={expected("costNanos")}
            />
          )}
          <FormField
            label="How do you know?"
            name="reason"
            placeholder={words.example}
            autoComplete="off"
            required
            maxLength={1_000}
            expected={expected("reason")}
          />
          <div className="flex justify-end gap-3">
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? "One moment…" : "Save"}
            </Button>
          </div>
        </form>
      </Modal>
    </>
  );
};
