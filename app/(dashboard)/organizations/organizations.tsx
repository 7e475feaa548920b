"use client";

import { useState } from "react";
import { useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { administersAll } from "../administers-all.ts";
import { PageTitle } from "../page-title.tsx";
import { Loaded } from "../security/user/_parts/loaded.tsx";
import { readOrganizations } from "./admissions.ts";
import { AdmissionRow } from "./admission-row.tsx";

const firstPage: readonly string[] = [];
const views = {
  waiting: { title: "Waiting for admission", empty: "Nobody is waiting." },
  admitted: { title: "Admitted", empty: "No organization is admitted." },
} as const;
type View = keyof typeof views;

const List = ({ view }: { readonly view: View }) => {
  const [starts, setStarts] = useState(firstPage);
  const after = starts.at(-1);
  const query = new URLSearchParams({
    scope: "all",
    admission: view,
    limit: "25",
    ...(after === undefined ? {} : { after }),
  });
  const answer = useAuthAnswer(`/api/organizations?${query}`, readOrganizations);
  const { title, empty } = views[view];
  return (
    <Card title={title}>
      <Loaded answer={answer} label="Organizations" rows={4}>
        {({ organizations, nextAfter }) => (
          <>
            {organizations.length === 0 && <p className="py-3">{empty}</p>}
            <ul aria-label={title}>
              {organizations.map((organization) => (
                <AdmissionRow key={organization.id} organization={organization} onChanged={answer.reload} />
              ))}
            </ul>
            {(starts.length > 0 || nextAfter !== undefined) && (
              <div className="mt-3 flex justify-between gap-2">
                <Button disabled={starts.length === 0} onClick={() => setStarts(starts.slice(0, -1))}>
                  Back
                </Button>
                <Button
                  disabled={nextAfter === undefined}
                  onClick={() => nextAfter !== undefined && setStarts([...starts, nextAfter])}
                >
                  Next
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Card>
  );
};

/** For operators: whom the platform pays for, and who waits for it. */
export const Organizations = () => {
  const { session } = useSession();
  const [view, setView] = useState<View>("waiting");
  return (
    <>
      <PageTitle title="Organizations">
        {administersAll(session) && (
          <SelectField
            label="Show"
            value={view}
            onChange={({ currentTarget }) => setView(currentTarget.value === "admitted" ? "admitted" : "waiting")}
          >
            <option value="waiting">waiting</option>
            <option value="admitted">admitted</option>
          </SelectField>
        )}
      </PageTitle>
      {administersAll(session) ? (
        <List key={view} view={view} />
      ) : (
        <p className="rounded-xl bg-raised px-5 py-4">
          Only operators of the platform see this page. If you are one, choose the platform&apos;s own organization in
          the menu above.
        </p>
      )}
    </>
  );
};
