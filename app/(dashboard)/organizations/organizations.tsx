"use client";

import { useState } from "react";
import { Card } from "../../_ui/card.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { PageTitle } from "../page-title.tsx";
import { PagedList, usePagedAnswer } from "../paged-list.tsx";
import { readOrganizations } from "./admissions.ts";
import { AdmissionRow } from "./admission-row.tsx";

const views = {
  waiting: { title: "Waiting for admission", empty: "Nobody is waiting." },
  admitted: { title: "Admitted", empty: "No organization is admitted." },
} as const;
type View = keyof typeof views;

const List = ({ view }: { readonly view: View }) => {
  const answer = usePagedAnswer("/api/organizations", { scope: "all", admission: view }, readOrganizations);
  const { title, empty } = views[view];
  return (
    <Card title={title}>
      <PagedList answer={answer} label={title} empty={empty}>
        {(organization) => <AdmissionRow key={organization.id} organization={organization} onChanged={answer.reload} />}
      </PagedList>
    </Card>
  );
};

/** For operators: whom the platform pays for, and who waits for it. */
export const Organizations = () => {
  const [view, setView] = useState<View>("waiting");
  return (
    <>
      <PageTitle title="Organizations">
        <SelectField
          label="Show"
          value={view}
          onChange={({ currentTarget }) => setView(currentTarget.value === "admitted" ? "admitted" : "waiting")}
        >
          <option value="waiting">waiting</option>
          <option value="admitted">admitted</option>
        </SelectField>
      </PageTitle>
      <List key={view} view={view} />
    </>
  );
};
