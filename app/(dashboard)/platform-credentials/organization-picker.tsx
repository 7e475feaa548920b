"use client";

import { Building2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { fieldAt, textAt } from "../../_auth-api/read-answer.ts";
import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { useSettled } from "../../_data/use-settled.ts";
import { Button } from "../../_ui/button.tsx";
import { TextField } from "../../_ui/field.tsx";
import { readOrganizations } from "../organizations/admissions.ts";
import { Loaded } from "../security/user/_parts/loaded.tsx";

const settleMs = 200;
const shownAtOnce = "8";

/** An organization by its id and its name. */
interface NamedOrganization {
  readonly id: string;
  readonly name: string;
}

const readOrganization = (body: unknown): NamedOrganization => {
  const organization = fieldAt(body, "organization") ?? body;
  return { id: textAt(organization, "id"), name: textAt(organization, "name") };
};

const Found = ({ search, onChoose }: { readonly search: string; readonly onChoose: (id: string) => void }) => {
  const question = new URLSearchParams({ scope: "all", limit: shownAtOnce, ...(search === "" ? {} : { search }) });
  const answer = useAuthAnswer(`/api/organizations?${question}`, readOrganizations);
  return (
    <Loaded answer={answer} label="Organizations" rows={3}>
      {({ items, nextAfter }) => (
        <>
          {items.length === 0 && <p className="py-3 text-muted">No organization is called that.</p>}
          <ul aria-label="Organizations" className="mt-2">
            {items.map(({ id, name, slug }) => (
              <li key={id} className="border-t border-line first:border-t-0">
                <button
                  type="button"
                  onClick={() => onChoose(id)}
                  className="flex w-full min-w-0 items-center gap-2.5 rounded-lg px-2 py-2 text-left hover:bg-raised"
                >
                  <Building2 className="size-4 shrink-0 text-muted" />
                  <bdi className="min-w-0 truncate font-medium">{name}</bdi>
                  <span className="min-w-0 truncate text-sm text-muted">{slug}</span>
                </button>
              </li>
            ))}
          </ul>
          {nextAfter !== undefined && <p className="mt-1 px-2 text-sm text-muted">Search by name for others.</p>}
        </>
      )}
    </Loaded>
  );
};

interface ChosenProps {
  readonly id: string;
  readonly onOther: () => void;
  readonly children: (organization: NamedOrganization) => ReactNode;
}

const Chosen = ({ id, onOther, children }: ChosenProps) => {
  const answer = useAuthAnswer(`/api/organizations/${encodeURIComponent(id)}`, readOrganization);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <p className="min-w-0 grow truncate">
          <bdi className="font-semibold">{answer.data?.name ?? id}</bdi>
        </p>
        <Button onClick={onOther}>Choose another organization</Button>
      </div>
      <Loaded answer={answer} label="The organization" rows={2}>
        {children}
      </Loaded>
    </>
  );
};

interface OrganizationPickerProps {
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
  /** What is shown of the one that is chosen. */
  readonly children: (organization: NamedOrganization) => ReactNode;
}

/** Chooses one of all organizations by its name. */
export const OrganizationPicker = ({ chosen, onChoose, children }: OrganizationPickerProps) => {
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  if (chosen !== null)
    return (
      <Chosen key={chosen} id={chosen} onOther={() => onChoose(null)}>
        {children}
      </Chosen>
    );
  return (
    <>
      <TextField
        label="Organization, by name"
        type="search"
        autoComplete="off"
        maxLength={100}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        className="max-w-sm"
      />
      <Found search={search} onChoose={onChoose} />
    </>
  );
};
