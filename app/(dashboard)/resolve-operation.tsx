"use client";

import { useState, type SyntheticEvent } from "react";
import type { CallDetails } from "../_data/answers.ts";
import { failureOf } from "../_data/failure-of.ts";
import { useNexus } from "../_data/nexus-provider.tsx";
import { Button } from "../_ui/button.tsx";
import { TextField } from "../_ui/field.tsx";
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

const choice = "flex min-h-10 items-center gap-2.5";

/** Lets those who may say how a call in doubt ended, or put its estimate right. */
export const ResolveOperation = ({ call, onResolved }: ResolveOperationProps) => {
  const nexus = useNexus();
  // What acts was done or was not; of what answers, only its cost is unknown.
  const words = call.progress === null ? ofAnswers : ofActs;
  const [open, setOpen] = useState(false);
  const [billed, setBilled] = useState(true);
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const close = (): void => {
    setOpen(false);
    setProblem(undefined);
  };
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    const costNanos = parseDollars(amount);
    if (billed && costNanos === undefined) {
      setProblem("Write the amount in US dollars with a point and at most nine decimals, for example 0.0024.");
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      const how = billed && costNanos !== undefined ? { costNanos } : { notBilled: true as const };
      await nexus.operations.resolve.mutate({ operationId: call.operationId, reason, ...how });
      close();
      onResolved();
    } catch (error) {
      setProblem(failureOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{call.state === "uncertain" ? "Resolve" : "Correct the cost"}</Button>
      <Modal
        open={open}
        onClose={close}
        title={call.state === "uncertain" ? "How did it end?" : "What did it cost?"}
        description={`${formatMoney(call.heldNanos)} was set aside. What you say is booked at once, and kept with your name.`}
      >
        <form onSubmit={(event) => void submit(event)} className="space-y-4">
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
            <TextField
              label={words.cost}
              placeholder="0.0024"
              inputMode="decimal"
              autoComplete="off"
              required
              maxLength={20}
              value={amount}
              onChange={({ target }) => setAmount(target.value)}
            />
          )}
          <TextField
            label="How do you know?"
            placeholder={words.example}
            autoComplete="off"
            required
            maxLength={1_000}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
          {problem !== undefined && (
            <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad">
              {problem}
            </p>
          )}
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
