"use client";

import { useState } from "react";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { TimeAgo } from "../../_ui/time.tsx";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { admissionPath, type OrganizationAdmission } from "./admissions.ts";
import { whenOpened } from "../../_ui/when-opened.tsx";

const AdmitDialog = whenOpened(() => import("./admit-dialog.tsx").then((module) => module.AdmitDialog));
const PeopleDialog = whenOpened(() => import("./people-dialog.tsx").then((module) => module.PeopleDialog));

interface AdmissionRowProps {
  readonly organization: OrganizationAdmission;
  readonly onChanged: () => void;
}

/** One organization, with what an operator may do about it. */
export const AdmissionRow = ({ organization, onChanged }: AdmissionRowProps) => {
  const { id, slug, name, isPlatform, createdAt, admittedAt, limitNanos } = organization;
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const [open, setOpen] = useState<"admit" | "withdraw" | "people">();
  const close = (): void => setOpen(undefined);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3 first:border-t-0">
      <div className="min-w-0 grow basis-48">
        <p className="flex flex-wrap items-center gap-2 font-medium break-words">
          <bdi>{name}</bdi>
          {admittedAt !== undefined && (
            <Badge tone="good">{limitNanos === undefined ? "no limit" : `${formatMoney(limitNanos)} a month`}</Badge>
          )}
        </p>
        <p className="text-sm wrap-anywhere text-muted">
          {slug} · made <TimeAgo at={createdAt} />
        </p>
      </div>
      <div className="-ml-3.5 flex basis-full flex-wrap gap-1 sm:ml-0 sm:basis-auto">
        <Button look="quiet" aria-label={`People of ${name}`} onClick={() => setOpen("people")}>
          People
        </Button>
        {admittedAt === undefined ? (
          <Button look="primary" aria-label={`Admit ${name}`} onClick={() => setOpen("admit")}>
            Admit
          </Button>
        ) : (
          !isPlatform && (
            <>
              <Button look="quiet" aria-label={`Change the budget of ${name}`} onClick={() => setOpen("admit")}>
                Change
              </Button>
              <Button
                look="quiet"
                aria-label={`Take back the admission of ${name}`}
                onClick={() => setOpen("withdraw")}
              >
                Take back
              </Button>
            </>
          )
        )}
      </div>
      {open === "people" && <PeopleDialog organization={organization} onClose={close} />}
      {open === "admit" && <AdmitDialog organization={organization} onAdmitted={onChanged} onClose={close} />}
      {open === "withdraw" && (
        <ConfirmRemoval
          title={`Take back the admission of ${name}?`}
          description="From then on its calls use its own vendor keys alone. Calls that run end as they began."
          action="Take back"
          onClose={close}
          remove={async () => {
            await withStepUp(() => ask("DELETE", admissionPath(id)));
            onChanged();
          }}
        />
      )}
    </li>
  );
};
