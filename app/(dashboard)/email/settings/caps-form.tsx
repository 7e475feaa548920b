"use client";

import { useState } from "react";
import type { MailSettings } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../../_forms/use-submit.ts";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Badge } from "../../../_ui/badge.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { SelectField, TextField } from "../../../_ui/field.tsx";
import { capCategories, capTimes, isCategory, wordOfTime, type Cap } from "./cap-words.ts";

interface CapsFormProps {
  readonly settings: MailSettings;
  readonly mayManage: boolean;
  readonly onSaved: () => void;
}

interface Line extends Omit<Cap, "most"> {
  readonly key: number;
  readonly most: string;
}

const linesOf = (caps: readonly Cap[]): Line[] => caps.map((cap, key) => ({ ...cap, key, most: String(cap.most) }));

/** How often one address is sent to: a line for each cap. */
export const CapsForm = ({ settings, mayManage, onSaved }: CapsFormProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [lines, setLines] = useState(() => linesOf(settings.caps));
  const [next, setNext] = useState(lines.length);
  const set = (key: number, part: Partial<Line>): void =>
    setLines(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  const save = (caps: readonly Cap[] | null): void =>
    run(async () => {
      const saved = await change((nexus) =>
        nexus.email.settings.set.mutate({ caps: caps === null ? null : [...caps] }),
      );
      setLines(linesOf(saved.caps));
      onSaved();
    });
  const caps = lines.map(({ category, most, seconds }) => ({ category, most: Number(most), seconds }));
  return (
    <Card
      title="How often one address is sent to"
      aside={settings.defaults.caps ? <Badge title="Nobody has set another">the product&apos;s own</Badge> : undefined}
    >
      <p className="mb-4 max-w-2xl text-sm text-pretty text-muted">
        Protects people against a flood by an app with a bug, or by somebody who asks for code after code. What is above
        is refused before anything is held or sent. All caps hold.
      </p>
      {lines.length === 0 && <p className="py-2">No cap: one address can be sent to as often as apps like.</p>}
      <ul aria-label="Caps" className="space-y-4">
        {lines.map(({ key, category, most, seconds }, index) => (
          <li key={key} className="flex flex-wrap items-end gap-3">
            {mayManage ? (
              <>
                <TextField
                  label="At most"
                  aria-label={`At most, cap ${index + 1}`}
                  inputMode="numeric"
                  autoComplete="off"
                  maxLength={6}
                  value={most}
                  onChange={({ target }) => set(key, { most: target.value })}
                  className="w-32"
                />
                <SelectField
                  label="Mails of"
                  aria-label={`Mails of, cap ${index + 1}`}
                  value={category}
                  onChange={({ target }) => isCategory(target.value) && set(key, { category: target.value })}
                  className="w-48"
                >
                  {capCategories.map(({ value, label }) => (
                    <option key={value} value={value}>
                      {label}
                    </option>
                  ))}
                </SelectField>
                <SelectField
                  label="In"
                  aria-label={`In, cap ${index + 1}`}
                  value={seconds}
                  onChange={({ target }) => set(key, { seconds: Number(target.value) })}
                  className="w-36"
                >
                  {capTimes.every((time) => time.seconds !== seconds) && (
                    <option value={seconds}>{wordOfTime(seconds)}</option>
                  )}
                  {capTimes.map((time) => (
                    <option key={time.seconds} value={time.seconds}>
                      {time.label}
                    </option>
                  ))}
                </SelectField>
                <Button
                  look="quiet"
                  className="min-h-10"
                  aria-label={`Remove cap ${index + 1}`}
                  onClick={() => setLines(lines.filter((line) => line.key !== key))}
                >
                  Remove
                </Button>
              </>
            ) : (
              <p>
                at most {most}, {capCategories.find(({ value }) => value === category)?.label.toLowerCase()}, in{" "}
                {wordOfTime(seconds)}
              </p>
            )}
          </li>
        ))}
      </ul>
      {mayManage && (
        <div className="mt-5 space-y-3">
          <RefusalNotice refusal={refusal} />
          {refusal?.issues.map(({ field, expected }) => (
            <p key={field} className="text-sm text-bad">
              {field}: please enter {expected}.
            </p>
          ))}
          <div className="flex flex-wrap gap-2">
            <Button
              onClick={() => {
                setLines([...lines, { key: next, category: "any", most: "100", seconds: 604_800 }]);
                setNext(next + 1);
              }}
            >
              Add a cap
            </Button>
            <Button look="primary" disabled={busy} onClick={() => save(caps)}>
              {busy ? "One moment…" : "Save the caps"}
            </Button>
            {!settings.defaults.caps && (
              <Button look="quiet" disabled={busy} onClick={() => save(null)}>
                Use the product&apos;s own
              </Button>
            )}
          </div>
        </div>
      )}
    </Card>
  );
};
